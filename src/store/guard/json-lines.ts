/** Line of a position in a text, from 1. */
export const lineAt = (text: string, position: number): number =>
  text.slice(0, Math.max(position, 0)).split('\n').length

/** Line on which a value of a JSON text stands first after `from`, or that of `from` where it cannot be found. */
export function lineOf(text: string, value: unknown, from = 0): number {
  const found = text.indexOf(JSON.stringify(value) ?? '', from)
  return lineAt(text, found < 0 ? from : found)
}

/** Line of what `JSON.parse` complained about. */
export function lineOfSyntaxError(text: string, error: unknown): number {
  const message = error instanceof Error ? error.message : ''
  const position = /at position (\d+)/.exec(message)?.[1]
  return lineAt(text, position === undefined ? text.length : Number(position))
}
