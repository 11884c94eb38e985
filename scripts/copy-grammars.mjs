/** Copies the grammars of the configuration scanner, their wasm alone, to dist/grammars: the packages are not shipped. */
import { copyFileSync, globSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What is asked for (`Grammar`). */
const used = new Set(
  ['javascript', 'typescript', 'tsx', 'python', 'go', 'java', 'ruby', 'php'].map(
    (name) => `tree-sitter-${name}.wasm`,
  ),
)

/**
 * @param {string} root
 * @param {string} dist
 */
export function copyGrammars(root, dist) {
  const folder = join(dist, 'grammars')
  mkdirSync(folder, { recursive: true })
  const found = globSync('node_modules/{tree-sitter-*,@tree-sitter-grammars/*}/*.wasm', {
    cwd: root,
  })
  for (const path of found) {
    if (used.has(basename(path))) copyFileSync(join(root, path), join(folder, basename(path)))
  }
}
