import { expect, test } from 'vitest'

import { terminalLog } from './log.ts'

test('terminalLog() leaves out what is less urgent than its level', () => {
  const lines: string[] = []
  const log = terminalLog({ write: (line) => void lines.push(line) }, { level: 'warn', nowMs: () => 0 })

  log.error('a.b', { why: 'x', count: 1 })
  log.warn('c.d')
  log.info('e.f')

  expect(lines).toEqual(['00:00:00 error a.b why=x count=1\n', '00:00:00 warn  c.d\n'])
})
