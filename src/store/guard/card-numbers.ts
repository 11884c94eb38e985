/** A range of a text: from `start` to before `end`. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/**
 * Payment card numbers in a text: 13 to 19 digits, in one piece or in groups of four to six with single spaces or dashes,
 * with the prefix and the length of a known issuer (ISO/IEC 7812) and a right check digit. Digits that touch letters or
 * other digits, as in identifiers, and fractions of decimal numbers are none.
 */
export function findCardNumbers(text: string): TextRange[] {
  const found: TextRange[] = []
  for (const run of text.matchAll(longRun)) findInRun(text, run.index, run[0], found)
  return found
}

/** The check of ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2
    sum += digit
  }
  return sum % 10 === 0
}

/** Whether so many digits, beginning like this, can be a card of a known issuer. */
export function isCardNumber(digits: string): boolean {
  const { length } = digits
  const prefix = Number(digits.slice(0, 4))
  return (
    issuers.some(
      ([low, high, ...lengths]) => prefix >= low && prefix <= high && lengths.includes(length),
    ) && passesLuhn(digits)
  )
}

const longRun = /[0-9](?:[ -]?[0-9]){12,}/g

/** First four digits from and to, and the lengths that these numbers have. */
const issuers: readonly (readonly [number, number, ...number[]])[] = [
  [4000, 4999, 13, 16, 19], // Visa
  [5100, 5599, 16], // Mastercard
  [2221, 2720, 16],
  [3400, 3499, 15], // American Express
  [3700, 3799, 15],
  [6011, 6011, 16, 17, 18, 19], // Discover
  [6440, 6599, 16, 17, 18, 19],
  [3528, 3589, 16, 17, 18, 19], // JCB
  [3000, 3059, 14, 16, 17, 18, 19], // Diners Club
  [3095, 3095, 14, 16, 17, 18, 19],
  [3600, 3699, 14, 15, 16, 17, 18, 19],
  [3800, 3999, 16, 17, 18, 19],
  [6200, 6299, 16, 17, 18, 19], // UnionPay
  [2200, 2204, 16, 17, 18, 19], // Mir
  [5018, 5018, 13, 14, 15, 16, 17, 18, 19], // Maestro
  [5020, 5020, 13, 14, 15, 16, 17, 18, 19],
  [5038, 5038, 13, 14, 15, 16, 17, 18, 19],
  [5893, 5893, 13, 14, 15, 16, 17, 18, 19],
  [6304, 6304, 13, 14, 15, 16, 17, 18, 19],
  [6759, 6763, 13, 14, 15, 16, 17, 18, 19],
]

function findInRun(text: string, offset: number, run: string, found: TextRange[]): void {
  const groups = [...run.matchAll(/[0-9]+/g)]
  for (let first = 0; first < groups.length; first++) {
    const start = offset + groups[first]!.index
    if (first === 0 && !standsAlone(text, start - 1, -1)) continue
    let digits = ''
    let best = -1
    for (let last = first; last < groups.length && digits.length < 19; last++) {
      const group = groups[last]![0]
      digits += group
      const isWhole = last === first || (group.length <= 7 && groups[first]![0].length <= 6)
      const end = offset + groups[last]!.index + group.length
      const isLast = last === groups.length - 1
      if (isWhole && digits.length >= 13 && digits.length <= 19 && isCardNumber(digits)) {
        if (!isLast || standsAlone(text, end, 1)) best = last
      }
      if (group.length < 4 || group.length > 6) break
    }
    if (best < 0) continue
    found.push({ start, end: offset + groups[best]!.index + groups[best]![0].length })
    first = best
  }
}

/** Whether the character beside a number is not part of a longer word or of a decimal number. */
function standsAlone(text: string, at: number, step: 1 | -1): boolean {
  const beside = text[at] ?? ' '
  if (/[A-Za-z0-9_]/.test(beside)) return false
  const next = text[at + step] ?? ' '
  if (beside === '.') return !/[0-9]/.test(next)
  return step === 1 || beside !== '-' || !/[A-Za-z0-9]/.test(next)
}
