/** Conditions of one question, and their characters: the engine limits both. */
const maxConditions = 100
const maxCharacters = 80_000

/**
 * A list in parts that one question may hold, in its order.
 * @param length characters of a thing's conditions
 * @param most things in a part
 */
export function inParts<T>(
  things: readonly T[],
  length: (thing: T) => number,
  most = maxConditions,
): T[][] {
  const parts: T[][] = []
  let characters = Infinity
  for (const thing of things) {
    characters += length(thing)
    if (characters > maxCharacters || parts.at(-1)!.length === most) {
      parts.push([])
      characters = length(thing)
    }
    parts.at(-1)!.push(thing)
  }
  return parts
}
