/** Prefixes that the names of the whole environment are held against, in languages whose names are not followed there. */
import type { Node } from 'web-tree-sitter'

const held =
  /(?:start_with\?|starts_with|str_starts_with|startsWith|startswith|delete_prefix|removeprefix|strpos|strncmp|strncasecmp)\s*\(?[^'"()]{0,40}?['"]([A-Z][A-Z0-9_]{2,})['"]/g
const matched =
  /(?:=~|\bmatch\??|\bgrep|\bpreg_match|\bscan)\s*\(?\s*['"]?[/~#](?:\\A|\^)\(?([A-Z][A-Z0-9]*_[A-Z0-9_]*)/g
const maximumText = 4000

/** In the statement around a node that is, or begins with, the whole environment. */
export function prefixesAsked(node: Node, ends: RegExp): string[] {
  let statement = node
  while (statement.parent && !ends.test(statement.parent.type)) statement = statement.parent
  if (statement.endIndex - statement.startIndex > maximumText) return []
  const { text } = statement
  const found = [...text.matchAll(held), ...text.matchAll(matched)].map((one) => one[1]!)
  return [...new Set(found)].filter((one) => one.replaceAll('_', '').length >= 2)
}
