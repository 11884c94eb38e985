import type { Declaration } from './declaration.ts'
import { declaration, isDeclaredName, maxDeclarations, plainValue } from './declaring.ts'

/** Keys in tables, code blocks, headings and the beginnings of list items. */
export function documentDeclarations(path: string, text: string): Declaration[] {
  const found: Declaration[] = []
  let header: string[] | undefined
  let fence = ''
  const add = (key: string, at: number, told: Parameters<typeof declaration>[4] = {}): void => {
    if (found.length < maxDeclarations)
      found.push(declaration(path, 'documentation', key, at + 1, told))
  }
  for (const [index, raw] of text.split('\n').entries()) {
    const row = raw.slice(0, 5000)
    const edge = /^[ \t>]*(```+|~~~+|----+$)/.exec(row)?.[1]
    if (edge && (fence === '' || edge.startsWith(fence))) {
      fence = fence === '' ? edge.slice(0, 3) : ''
      continue
    }
    if (fence !== '' || /^(?: {4}|\t)\S/.test(row)) {
      codeLine(row, index, add)
      continue
    }
    if (row.trimStart().startsWith('|')) {
      const cells = cellsOf(row)
      if (cells.every((cell) => /^[:\-\s]*$/.test(cell))) continue
      if (!tableRow(cells, header, index, add)) header = cells
      continue
    }
    header = undefined
    const item =
      /^[ \t]*(?:[-*+]|#{1,6}|\d+\.)[ \t]+(?:\*\*)?`?([A-Z_][A-Z0-9_]*)(?:=([^`\s]*))?`?(?:\*\*)?(?=[\s:(,–—-]|$)(.*)$/.exec(
        row,
      )
    if (item && isDeclaredName(item[1]!, true))
      add(item[1]!, index, { example: item[2], comment: item[3]!.replace(/^[\s:–—-]+/, '') })
  }
  return found
}

function codeLine(
  row: string,
  index: number,
  add: (key: string, at: number, told?: { example?: string }) => void,
): void {
  const assigned =
    /^[ \t$>#-]*(?:export[ \t]+|ENV[ \t]+|set[ \t]+)?["']?([A-Z_][A-Z0-9_]*)(?:=|:[ \t]+)(.*)$/.exec(
      row,
    )
  if (assigned && isDeclaredName(assigned[1]!, true))
    add(assigned[1]!, index, { example: plainValue(assigned[2]!.replace(/\s*\\$/, '')) })
  for (const [, key, value] of row.matchAll(
    /(?:-e|--env)[ =]["']?([A-Z_][A-Z0-9_]*)(?:=([^\s"']*))?/g,
  ))
    if (isDeclaredName(key!)) add(key!, index, { example: value ?? '' })
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}

/** False where the row names no key. */
function tableRow(
  cells: readonly string[],
  header: readonly string[] | undefined,
  index: number,
  add: (key: string, at: number, told?: Parameters<typeof declaration>[4]) => void,
): boolean {
  const column = (pattern: RegExp): string | undefined =>
    cells[header?.findIndex((name) => pattern.test(name)) ?? -1]
  for (const cell of cells.slice(0, 2)) {
    const names = bare(cell)
      .split(/\s*(?:,|\/|<br\s*\/?>|\bor\b|\s)\s*/)
      .filter(Boolean)
    const marked = cell.startsWith('`') || cell.startsWith('<code')
    if (
      names.length === 0 ||
      names.length > 6 ||
      !names.every((name) => isDeclaredName(name, !marked))
    )
      continue
    const standIn = column(/default/i)
    const needed = column(/required|mandatory/i)
    for (const key of names)
      add(key, index, {
        default:
          standIn === undefined || /^(?:-|–|—|n\/a|none|)$/i.test(bare(standIn))
            ? undefined
            : bare(standIn),
        comment: column(/descri|purpose|meaning|notes?|usage/i) ?? cells.at(-1),
        required:
          needed === undefined
            ? undefined
            : /^(?:yes|y|true|✅|✓|x|required|✔)/i.test(bare(needed)),
      })
    return true
  }
  return false
}

function bare(cell: string): string {
  return cell
    .replace(/<[^>]{0,200}>/g, ' ')
    .replace(/\[([^\]]{0,200})\]\([^)]{0,300}\)/g, '$1')
    .replace(/[`*]/g, '')
    .replaceAll('\\_', '_')
    .trim()
}
