/**
 * Tables for finding where secrets may be: a text is looked at in windows of four bytes at even places, and every anchor
 * below has at least five bytes, so that one window lies in it wherever it begins. A window that is part of an anchor has
 * a bit in common in `first` (by its first two bytes) and `second` (by its last two).
 */
export const first = new Uint16Array(0x1_0000)
export const second = new Uint16Array(0x1_0000)

export const digitBit = 1 << 15
export const atBit = 1 << 14

/** Bytes at one place of an anchor: a text of which each character is possible. */
type Place = string

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const lower = upper.toLowerCase()
const digits = '0123456789'
const word = `${upper}${lower}${digits}-_`
const any = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i))
/** What may follow the name of a secret. */
const assigns = `=:"'%\\ \t`

const visible =
  Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('') +
  Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('')

/** A literal: in any case where it is written small. */
const literal = (text: string): Place[] =>
  Array.from(text, (letter) =>
    letter === letter.toUpperCase() ? letter : letter + letter.toUpperCase(),
  )
const exact = (text: string): Place[] => Array.from(text)

/** The end of a name, and all that may follow it so that the name is that of a secret. */
const name = (end: string): Place[][] => [
  [...literal(end), `=:"'%\\`, any],
  [...literal(end), ' \t', assigns],
]
/** The same for names that may go on: `token_value`, `token.0`, `tokens`. */
const longName = (end: string): Place[][] => [
  ...name(end),
  [...literal(end), '_.-', 'vhrtspbeVHRTSPBE0123456789'],
  [...literal(end), digits, `${assigns}${digits}_.-`],
  [...literal(end), 'sS', `${assigns}_.-`],
]

const anchors: readonly (readonly Place[])[] = [
  [...literal('earer'), `${assigns}+`],
  [...literal('asic'), ' \t%+', any],
  literal('sswor'),
  literal('asswd'),
  literal('assph'),
  literal('asscod'),
  ...longName('pwd'),
  ...longName('ken'),
  ...longName('jwt'),
  ...longName('ret'),
  ...name('key'),
  literal('denti'),
  [...literal('creds'), assigns],
  ...longName('kie'),
  ...name('nid'),
  [...literal('ssid'), assigns],
  [...literal('t.sid'), assigns],
  literal('rizat'),
  literal('risat'),
  literal('gnatu'),
  ...name('sig'),
  ...longName('cvv'),
  ...longName('cvc'),
  [...literal('mber'), assigns],
  [...literal('card'), assigns],
  [...literal('card'), '_.- nN', 'nNoO'],
  exact('E KEY'),
  ['e', 'y', 'J', word, word],
  [...exact('AKIA'), upper + digits],
  [...exact('ASIA'), upper + digits],
  [...exact('ABIA'), upper + digits],
  [...exact('ACCA'), upper + digits],
  ['g', 'h', 'pousr', '_', word],
  exact('b_pat'),
  ['x', 'o', 'x', lower, '-'],
  exact('xapp-'),
  exact('k_liv'),
  exact('k_tes'),
  exact('whsec'),
  [...exact('AIza'), word],
  [...exact('npm_'), word],
  ['g', 'l', 'pdrc', 'atb', '-pt'],
  ['s', 'k', '-', word, word],
]

/** Windows that end in almost anything have bits of their own: they must not meet the beginnings of others. */
const [endsInAny, wide, narrow] = [
  { bits: 1, shift: 0, used: 0 },
  { bits: 2, shift: 1, used: 0 },
  { bits: 11, shift: 3, used: 0 },
]
/** Where these bits alone are in common, `isAnchor` says more. */
export const narrowBits = ((1 << 11) - 1) << 3
const windows = new Uint8Array(1 << 16)

/** Whether a window of four bytes, the first one lowest, may be one of those with `narrowBits`. */
export const isAnchor = (window: number): boolean => windows[slotOf(window)] === 1

/** Large and small letters are the same here. */
const slotOf = (window: number): number => Math.imul(window | 0x2020_2020, 0x9e37_79b1) >>> 16

// An anchor begins at an even or an odd place.
for (const anchor of anchors) {
  for (const start of [0, 1]) {
    const places = bestWindow(anchor, start)
    const isWide = places[2]!.length * places[3]!.length > 400
    const group = places[3] === any ? endsInAny : isWide ? wide : narrow
    const bit = 1 << (group.shift + (group.used++ % group.bits))
    mark(first, places[0]!, places[1]!, bit)
    mark(second, places[2]!, places[3]!, bit)
    if (group === narrow) markWindows(places)
  }
}
mark(first, `${digits} -`, `${digits} -`, digitBit)
mark(second, `${digits} -`, `${digits} -`, digitBit)
// "@" as the third or the fourth byte of a window
mark(first, visible, visible, atBit)
mark(second, '@', visible, atBit)
mark(second, visible, '@', atBit)

/** Of the windows with the same parity, the one with the fewest possible texts. */
function bestWindow(anchor: readonly Place[], parity: number): readonly Place[] {
  let best: readonly Place[] = []
  let fewest = Infinity
  for (let start = parity; start + 4 <= anchor.length; start += 2) {
    const window = anchor.slice(start, start + 4)
    const texts = window.reduce((product, place) => product * place.length, 1)
    if (texts < fewest) [best, fewest] = [window, texts]
  }
  if (best.length === 0) throw new Error('an anchor is too short')
  return best
}

function mark(table: Uint16Array, before: Place, after: Place, bit: number): void {
  for (const a of before) {
    for (const b of after) table[a.charCodeAt(0) | (b.charCodeAt(0) << 8)]! |= bit
  }
}

function markWindows([a, b, c, d]: readonly Place[]): void {
  for (const one of a!) {
    for (const two of b!) {
      for (const three of c!) {
        for (const four of d!) {
          const low = one.charCodeAt(0) | (two.charCodeAt(0) << 8)
          const high = three.charCodeAt(0) | (four.charCodeAt(0) << 8)
          windows[slotOf(low | (high << 16))] = 1
        }
      }
    }
  }
}
