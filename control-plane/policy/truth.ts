/**
 * yes and no are facts.
 *
 * `open`: depends on something that this message does not name (a tool, an argument), as `initialize` and lists do not.
 * Allow rules let it pass, because a list must be possible before a call is; deny rules do not fire on it.
 *
 * `unclear`: the message names it in a form that two servers could read in two ways. Allow rules do not let it pass, and
 * deny rules fire on it.
 */
export type Truth = 'yes' | 'no' | 'open' | 'unclear'

export const negated = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : truth)

/** The first of these that occurs decides. */
const firstOf = (order: readonly Truth[], truths: readonly Truth[]): Truth | undefined =>
  order.find((truth) => truths.includes(truth))

export const allOf = (truths: readonly Truth[]): Truth => firstOf(['no', 'unclear', 'open'], truths) ?? 'yes'

export const anyOf = (truths: readonly Truth[]): Truth => firstOf(['yes', 'unclear', 'open'], truths) ?? 'no'
