import { AftergreenError } from '../errors.ts'

/** The names most like `name`, best first: at most `limit`, and none that is nothing like it. */
export function nearestNames(name: string, names: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase().slice(0, longest)
  const near: { name: string; distance: number }[] = []
  for (const candidate of names) {
    const other = candidate.toLowerCase().slice(0, longest)
    const distance =
      // `locale` for `app.locale`: a part is nearer than a guess
      wanted.length >= 3 && other.includes(wanted) ? 1 : editDistance(wanted, other)
    if (distance <= Math.max(2, wanted.length * 0.4)) near.push({ name: candidate, distance })
  }
  const ascending = near.toSorted(
    (a, b) => a.distance - b.distance || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  )
  return ascending.slice(0, limit).map((entry) => entry.name)
}

/** COMPARE_COLUMN: there is no column of that name, but these are near. */
export function unknownColumn(
  name: string,
  names: readonly string[],
  word: 'column' | 'attribute' = 'column',
): AftergreenError {
  const near = nearestNames(name, names)
  const nearest = near.length === 0 ? '' : ` Nearest: ${near.join(', ')}.`
  return new AftergreenError('COMPARE_COLUMN', `There is no ${word} ${name}.${nearest}`, {
    hint: listed(names, word),
  })
}

function listed(names: readonly string[], word: string): string {
  if (names.length === 0) return `There are no ${word}s at all.`
  const shown = names.slice(0, 20).join(', ')
  const more = names.length > 20 ? ` and ${names.length - 20} more` : ''
  return `Its ${word}s are: ${shown}${more}. Put names with spaces or other signs in backquotes.`
}

/** Longer names are compared by their beginning. */
const longest = 100

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, beforeLast[j - 2]! + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
