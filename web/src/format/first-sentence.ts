import { keepUnits } from './keep-units.ts'

/**
 * A headline as what is read first and what follows it: a verdict says in its first sentence what to do, and then why
 * and what it takes.
 */
export function firstSentence(headline: string): { first: string; rest: string } {
  const end = headline.search(/\.\s+\p{Lu}/u)
  if (end < 0) return { first: keepUnits(headline), rest: '' }
  return {
    first: keepUnits(headline.slice(0, end + 1)),
    rest: keepUnits(headline.slice(end + 1).trim()),
  }
}
