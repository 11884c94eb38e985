import type { Node } from 'web-tree-sitter'

/** Nodes of interest within one another; no code that a person writes comes near. */
const maxNesting = 150

/**
 * The nodes of some types in the order of the text, without those that lie in too many others: a node's parent is found
 * from the root, so that what is nested without bound would be looked at without bound.
 */
export function shallowNodes(
  root: Node,
  types: readonly string[],
): { nodes: Node[]; tooDeep: Node | undefined } {
  const ends: number[] = []
  let tooDeep: Node | undefined
  const nodes = root.descendantsOfType([...types]).filter((node) => {
    const { startIndex, endIndex } = node
    while (ends.length > 0 && ends.at(-1)! <= startIndex) ends.pop()
    ends.push(endIndex)
    if (ends.length <= maxNesting) return true
    tooDeep ??= node
    return false
  })
  return { nodes, tooDeep }
}
