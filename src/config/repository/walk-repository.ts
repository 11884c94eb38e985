import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type IgnoreFile, isIgnored, parseIgnoreFile } from './ignore-rules.ts'

/** What lies in a repository, as far as somebody wrote it: neither ignored nor installed nor generated. */
export interface RepositoryListing {
  /** Relative to the root, with forward slashes, in order. */
  files: string[]
  /** Folders that could not be read, and what was left out because there is too much of it. */
  problems: { file: string; reason: string }[]
}

const installed = new Set([
  '.git', '.hg', '.svn', 'node_modules', 'bower_components', 'vendor', 'dist', 'build', '.next', '.nuxt', '.svelte-kit',
  '.turbo', '.venv', 'venv', '__pycache__', '.tox', '.mypy_cache', '.pytest_cache', '.gradle', '.idea', '.terraform',
  'coverage', '.yarn', '.pnpm-store', '.aftergreen',
]) // prettier-ignore
const sample = /(^|[.\-_])env.*(example|sample|template|dist|defaults?|schema)/i
const maximumFiles = 500_000
const maximumDepth = 64

/**
 * Walks a folder without following symbolic links. A folder that is called `build`, `dist` or `vendor` is taken for the
 * output of a tool, unless it lies in a folder of source (`src/build`).
 */
export async function walkRepository(root: string): Promise<RepositoryListing> {
  const files: string[] = []
  const problems: RepositoryListing['problems'] = []

  async function enter(folder: string, depth: number, above: readonly IgnoreFile[]): Promise<void> {
    let entries
    try {
      entries = await readdir(join(root, folder), { withFileTypes: true })
    } catch (error) {
      problems.push({ file: folder, reason: `This folder cannot be read (${codeOf(error)}).` })
      return
    }
    let ignoring = above
    if (entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) {
      const path = join(root, folder, '.gitignore')
      const text = (await stat(path)).size < 1_000_000 ? await readFile(path, 'utf8') : ''
      ignoring = [...above, parseIgnoreFile(folder, text)]
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (installed.has(entry.name) && !isSource(folder, entry.name)) continue
        if (isIgnored(path, true, ignoring)) continue
        if (depth >= maximumDepth) {
          problems.push({
            file: path,
            reason: `Folders deeper than ${maximumDepth} are not entered.`,
          })
        } else await enter(path, depth + 1, ignoring)
      } else if (entry.isFile()) {
        if (!sample.test(entry.name) && isIgnored(path, false, ignoring)) continue
        if (files.length < maximumFiles) files.push(path)
        else if (files.length === maximumFiles && !problems.some((it) => it.file === '')) {
          problems.push({ file: '', reason: `Files after the first ${maximumFiles} are left out.` })
        }
      }
    }
  }

  await enter('', 0, [])
  return { files, problems }
}

const isSource = (folder: string, name: string): boolean =>
  ['build', 'dist', 'vendor', 'coverage'].includes(name) && /(^|\/)src(\/|$)/.test(folder)

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
