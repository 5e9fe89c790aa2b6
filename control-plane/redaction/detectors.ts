/**
 * What is recognised without being told how it looks. Each expression is linear: a repetition without a bound cannot
 * begin anew inside of what it has just walked over. They look for what has a form; a password in a sentence has none.
 */
export interface Detector {
  readonly expression: RegExp
  /** A text with none of these holds nothing: to look for them costs a hundredth of the expression. */
  readonly marks?: readonly string[]
  /** Further proof, where the form alone would catch too much. */
  readonly confirms?: (found: string) => boolean
}

/** Prefixes by which the issuers themselves make their keys recognisable. */
const API_KEY = [
  'sk-[A-Za-z0-9_-]{20,200}',
  '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,200}',
  '(?:AKIA|ASIA)[A-Z0-9]{16}',
  'gh[opsru]_[A-Za-z0-9]{36,255}',
  'github_pat_[A-Za-z0-9_]{22,255}',
  'glpat-[A-Za-z0-9_-]{20,200}',
  'AIza[A-Za-z0-9_-]{35}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,250}',
  'npm_[A-Za-z0-9]{36}',
  'pypi-[A-Za-z0-9_-]{50,400}',
  'hf_[A-Za-z0-9]{30,100}',
  'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}',
].join('|')

export const DETECTORS: Readonly<Record<string, Detector>> = {
  api_keys: { expression: new RegExp(`(?<![A-Za-z0-9])(?:${API_KEY})`, 'g') },
  // RFC 7468. Without its end it is one to the end of the text: better too much than half a key.
  private_keys: {
    expression:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-(?!----END)[^-]*)*(?:-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  // RFC 7519 in its compact form, and whatever follows the word that RFC 6750 puts before a token.
  tokens: {
    marks: ['eyJ', 'earer '],
    expression:
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|(?<=\b[Bb]earer )[A-Za-z0-9._~+/-]{16,}=*/g,
  },
  // ISO/IEC 7812: 13 to 19 digits, in groups or not, whose check digit is right.
  card_numbers: { expression: /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.]?\d)/g, confirms: hasLuhnDigit },
  emails: {
    marks: ['@'],
    expression: /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}/g,
  },
}

function hasLuhnDigit(text: string): boolean {
  const digits = Array.from(text.replaceAll(/[ -]/g, ''), Number).toReversed()
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit : digit * 2
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0 && digits.some((digit) => digit !== digits[0])
}
