/** Whether one name of a key looks like a slip of the other. Pure. */
import { editDistance } from '../edit-distance.ts'

/**
 * - `underscores`: they differ in underscores or case alone (`API_KEY__ID`);
 * - `plural`: one has an S more (`ALLOWED_HOST`);
 * - `prefix`: one lacks the first words of the other (`APP_MAIL_SENDER`, `MAIL_SENDER`);
 * - `spelling`: one word has a letter wrong, missing, too much or swapped with its neighbour; two in words of 8 or more.
 */
export type NearName = 'underscores' | 'plural' | 'prefix' | 'spelling'

const isCamelCased = (name: string): boolean => /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/.test(name)

/** `words`: parts of names that occur in other keys: two of these are two words, not one that is misspelt. */
export function nearName(
  a: string,
  b: string,
  words: ReadonlySet<string> = new Set(),
): NearName | undefined {
  if (a === b || Math.abs(a.length - b.length) > 24) return undefined
  const flatA = a.replaceAll('_', '').toUpperCase()
  const flatB = b.replaceAll('_', '').toUpperCase()
  // `cloudMode` is a name of another kind (a property, a flag), not a slip of CLOUD_MODE
  if (flatA === flatB) return isCamelCased(a) === isCamelCased(b) ? 'underscores' : undefined
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
