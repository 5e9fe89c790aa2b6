const { isRawJSON } = JSON as typeof JSON & { isRawJSON(value: unknown): boolean }

/** Whether a value of unknown origin is a plain JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value)

/** A number that a double does not hold as it was written: the lossless reader leaves its digits as text. */
export const isRawNumber = (value: unknown): value is { readonly rawJSON: string } => isRawJSON(value)
