import { useState } from 'react'

/** The error of the last answer, kept while the next try is under way, so that the page does not flicker between the two. */
export function useSettledError(query: { error: Error | null; isSuccess: boolean }): Error | null {
  const [kept, setKept] = useState<Error | null>(null)
  if (query.error !== null && query.error !== kept) setKept(query.error)
  if (query.isSuccess && kept !== null) setKept(null)
  return query.isSuccess ? null : (query.error ?? kept)
}
