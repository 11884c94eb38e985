import { formatCount } from './number.ts'

/**
 * An e-value in words. Ville's inequality: under the null an e-process ever reaches N with probability at most 1/N,
 * however often one looks. Rounded down, so that the sentence never claims more than the number.
 * @param eValue null stands for one too large for JSON
 * @param ifNot the null hypothesis, as words after "if"
 */
export function describeEValue(eValue: number | null, ifNot = 'nothing had changed'): string {
  if (eValue === null || eValue > 1e15) {
    return `E-value above 10¹⁵: if ${ifNot}, one this large would be seen at any time with probability at most 1\u00a0in\u00a010¹⁵.`
  }
  const n = roundDown(eValue)
  if (n <= 1) {
    return `E-value ${n.toLocaleString('en')}: it does not speak against chance; values above 1 do.`
  }
  return `E-value ${inWords(n)}: if ${ifNot}, ${inWords(n)} or more would be seen at any time with probability at most 1\u00a0in\u00a0${inWords(n)}.`
}

/** The number alone, rounded down: `5,230`, `1.2 billion`. @param eValue null stands for one too large for JSON */
export function formatEValue(eValue: number | null): string {
  if (eValue === null || eValue > 1e15) return 'above 10¹⁵'
  return inWords(roundDown(eValue))
}

/** Towards zero, to two significant digits, from 100 on to three. */
function roundDown(value: number): number {
  if (value <= 0) return 0
  const digits = value >= 100 ? 3 : 2
  const step = 10 ** (Math.floor(Math.log10(value)) - digits + 1)
  // the small addend keeps 3 × 0.1 from falling to 0.2
  const rounded = Math.floor(value / step + 1e-9) * step
  return Number(rounded.toPrecision(digits))
}

function inWords(n: number): string {
  const scales = [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const
  for (const [size, word] of scales) {
    if (n >= size) return `${(n / size).toLocaleString('en')} ${word}`
  }
  return n >= 10 ? formatCount(n) : n.toLocaleString('en')
}
