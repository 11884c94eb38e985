import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The package that this code belongs to: the checkout, or where it was installed. */
export interface OwnPackage {
  folder: string
  version: string
  /** The folder of the built pages; null where they are not built. */
  pages: string | null
}

/** Found by walking up from this file, since the compiled code lies one level deeper than the sources. */
export function ownPackage(): OwnPackage {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) return { folder, version: 'unknown', pages: null }
    folder = parent
  }
  const pages = ['web/dist', 'dist/web'].map((path) => join(folder, path))
  return {
    folder,
    version: versionIn(readFileSync(join(folder, 'package.json'), 'utf8')),
    pages: pages.find((path) => existsSync(join(path, 'index.html'))) ?? null,
  }
}

function versionIn(packageText: string): string {
  const content: unknown = JSON.parse(packageText)
  if (typeof content === 'object' && content !== null && 'version' in content) {
    return String(content.version)
  }
  return 'unknown'
}
