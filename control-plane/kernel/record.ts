const { isRawJSON } = JSON as typeof JSON & { isRawJSON(value: unknown): boolean }

/** Whether a value of unknown origin is a plain JSON object. A number that was kept as it was written is none. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value)
