import { z } from 'zod'

export const listenAddress = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[^\s:]+):\d{1,5}$/, 'Expected HOST:PORT, such as "127.0.0.1:7800" or "[::1]:7800"')
  .refine((text) => Number(/\d+$/.exec(text)?.[0]) <= 65_535, 'Expected a port from 0 to 65535')
