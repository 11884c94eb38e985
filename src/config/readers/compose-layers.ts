/** Compose files that are laid over another one. */
import type { UnreadInput } from '../binding.ts'
import type { EnvironmentFile } from './environment-file.ts'
import { recogniseFormat } from './recognise-format.ts'
import { at, listAt, mapAt, readYaml } from './yaml-tree.ts'

/** A file that another one may be laid over (`compose.yaml` beside `compose.prod.yaml`). */
export interface LayeredFile extends EnvironmentFile {
  base?: boolean
}

/**
 * Leaves out bases that nothing is laid over: a Compose file whose services all have an image or a build stands alone.
 * Pure.
 */
export function withoutIdleBases<File extends LayeredFile>(files: readonly File[]): File[] {
  if (files.every(({ base }) => base !== true)) return [...files]
  const open = servicesOf(files.filter(({ base }) => base !== true)).open.length > 0
  return files.filter(({ base }) => base !== true || open)
}

/** Services that no file of these can start: the file that theirs is laid over, by its name, is not among them. */
export function withoutBase(files: readonly LayeredFile[]): UnreadInput[] {
  const { open, whole } = servicesOf(files)
  return open
    .filter(({ name, location }) => !whole.has(name) && !isPlain.test(location.file))
    .map(({ name, location }) => ({
      location,
      reason: `Service ${name} has neither an image nor a build here: the file that this one is laid over was not read. Give both, the base first.`,
    }))
}

const isPlain = /(^|\/)(docker-)?compose\.ya?ml$/i

interface Services {
  /** Without an image, a build or something that they extend. */
  open: (UnreadInput & { name: string })[]
  whole: Set<string>
}

function servicesOf(files: readonly LayeredFile[]): Services {
  const services: Services = { open: [], whole: new Set() }
  for (const file of files) {
    if (recogniseFormat(file)?.format !== 'compose') continue
    const tree = readYaml(file.path, file.text).documents[0]?.tree
    // what is included may hold the rest of each service
    if (tree === undefined || listAt(tree, 'include').length > 0) continue
    for (const [name, service] of mapAt(tree, 'services')) {
      const starts = ['image', 'build', 'extends', 'provider'].some((key) => at(service, key))
      if (starts) services.whole.add(name)
      else
        services.open.push({
          name,
          location: { file: file.path, line: service.line },
          reason: '',
        })
    }
  }
  return services
}
