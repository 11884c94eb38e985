/** Results in the order of the items; at most `most` of them are worked on at the same time. Fails with the first failure. */
export async function aFewAtOnce<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const left = items.entries()
  const workers = Array.from({ length: Math.min(most, items.length) }, async () => {
    for (const [index, item] of left) results[index] = await work(item)
  })
  await Promise.all(workers)
  return results
}
