/** Names of what surely belongs to one attempt. */
export const interactionBond = (uid: string): string => `interaction:${uid}`
export const grantBond = (grantId: string): string => `grant:${grantId}`
/** A reference that was written into a refusal before its attempt was known. */
export const referenceBond = (reference: string): string => `reference:${reference.replace('-', '')}`
