import { expect, test } from 'vitest'

import { compilePolicy } from './compile.ts'

const problems = (data: unknown): readonly unknown[] => {
  const compiled = compilePolicy(data)
  return compiled.ok ? [] : compiled.error
}

test('compilePolicy() reports every problem with its path and what was probably meant', () => {
  const data = [
    { alow: { and: [] } },
    { allow: { adn: [], or: [{ emial: 'x' }, { email: { iz: 'x', in: 'x' } }, { a: 1, b: 2 }, 'email'] } },
  ]

  expect(problems(data)).toEqual([
    { path: [0, 'alow'], message: 'Unknown action "alow"', hint: 'did you mean "allow"?' },
    { path: [1, 'allow', 'adn'], message: 'Unknown operator "adn"', hint: 'did you mean "and"?' },
    { path: [1, 'allow', 'or', 0, 'emial'], message: 'Unknown criterion "emial"', hint: 'did you mean "email"?' },
    { path: [1, 'allow', 'or', 1, 'email', 'iz'], message: 'Unknown operator "iz"', hint: 'did you mean "is"?' },
    { path: [1, 'allow', 'or', 1, 'email', 'in'], message: '"in" needs a list of strings' },
    {
      path: [1, 'allow', 'or', 2],
      message: 'A criterion has exactly one name, found 2',
      hint: 'write each criterion as a list item of its own',
    },
    { path: [1, 'allow', 'or', 3], message: 'Expected a criterion', hint: 'such as "email: { is: ann@example.com }"' },
  ])
})

test.each([['allow'], [3], [null], [{ allow: [] }], [{ allow: { and: {} } }], [[[]]]])(
  'compilePolicy() refuses %j',
  (data) => {
    expect(problems(data).length).toBeGreaterThan(0)
  },
)

test('compilePolicy() takes names from no prototype', () => {
  expect(problems({ allow: { or: [{ constructor: 'x' }, { toString: 'x' }] } })).toHaveLength(2)
  expect(problems({ allow: { or: [{ email: { valueOf: 'x' } }] } })).toHaveLength(1)
})
