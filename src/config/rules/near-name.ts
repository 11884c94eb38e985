/** Whether one name of a key looks like a slip of the other. Pure. */

/**
 * - `underscores`: they differ in underscores or case alone (`API_KEY__ID`);
 * - `plural`: one has an S more (`ALLOWED_HOST`);
 * - `prefix`: one lacks the first words of the other (`APP_MAIL_SENDER`, `MAIL_SENDER`);
 * - `spelling`: one word has a letter wrong, missing, too much or swapped with its neighbour; two in words of 8 or more.
 */
export type NearName = 'underscores' | 'plural' | 'prefix' | 'spelling'

/** `words`: parts of names that occur in other keys: two of these are two words, not one that is misspelt. */
export function nearName(
  a: string,
  b: string,
  words: ReadonlySet<string> = new Set(),
): NearName | undefined {
  if (a === b || Math.abs(a.length - b.length) > 24) return undefined
  const flatA = a.replaceAll('_', '').toUpperCase()
  const flatB = b.replaceAll('_', '').toUpperCase()
  if (flatA === flatB) return 'underscores'
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (long.endsWith(`_${short}`) && short.split('_').length >= 2 && short.length >= 8) {
    return 'prefix'
  }
  const [partsA, partsB] = [a.split('_'), b.split('_')]
  const differing = partsA.flatMap((part, at) => {
    const other = partsB[at]
    return part === other || other === undefined ? [] : [[part, other] as const]
  })
  // a word more or less is another thing, not a slip
  if (partsA.length !== partsB.length || differing.length !== 1) return undefined
  const [one, other] = differing[0]!
  // two numbers, two known words, or two short ones are two things
  if (/\d/.test(one + other) || (words.has(one) && words.has(other))) return undefined
  if (`${one}S` === other || `${other}S` === one) return 'plural'
  const shortest = Math.min(one.length, other.length)
  if (shortest < 4) return undefined
  const allowed = shortest >= 8 ? 2 : 1
  return editDistance(one, other, allowed) <= allowed ? 'spelling' : undefined
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); more than `limit` is told as
 * `limit + 1`, and found in O(limit * length).
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  const far = limit + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => Math.min(j, far))
  for (let i = 1; i <= a.length; i++) {
    const row = Array.from({ length: b.length + 1 }, () => far)
    if (i <= limit) row[0] = i
    let least = row[0]!
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1)
      }
      row[j] = Math.min(cost, far)
      least = Math.min(least, row[j]!)
    }
    if (least > limit) return far
    before = last
    last = row
  }
  return last[b.length]!
}
