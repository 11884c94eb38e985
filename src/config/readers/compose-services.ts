import { besides } from './environment-file.ts'
import type { BindingCollector } from './environment-file.ts'
import { at, listAt, mapAt, readYaml, textAt, textOf } from './yaml-tree.ts'
import type { YamlTree } from './yaml-tree.ts'

export interface ComposeService {
  name: string
  /** The service and what it extends, base first: the later one wins. */
  layers: { file: string; tree: YamlTree }[]
}

const mostFiles = 200

/** The services of a Compose file and of what it includes. Files that are missing, broken or circular are told. */
export function composeServices(
  file: string,
  text: string,
  collector: BindingCollector,
): ComposeService[] {
  return new ComposeProject(collector).services(file, text, [])
}

class ComposeProject {
  readonly #collector: BindingCollector
  readonly #trees = new Map<string, YamlTree | undefined>()

  constructor(collector: BindingCollector) {
    this.#collector = collector
  }

  services(file: string, text: string, within: readonly string[]): ComposeService[] {
    const tree = this.#parse(file, text)
    if (tree === undefined) return []
    const included = this.#includes(file, tree, [...within, file])
    const own = [...mapAt(tree, 'services')].map(([name, service]) => ({
      name,
      layers: this.#layers(file, service, [`${file}#${name}`]),
    }))
    return [...included, ...own]
  }

  #parse(file: string, text: string | undefined): YamlTree | undefined {
    if (this.#trees.has(file)) return this.#trees.get(file)
    if (text === undefined || this.#trees.size >= mostFiles) return undefined
    const { documents, unread } = readYaml(file, text)
    this.#collector.unread.push(...unread)
    const tree = documents[0]?.tree
    this.#trees.set(file, tree)
    return tree
  }

  #includes(file: string, tree: YamlTree, within: readonly string[]): ComposeService[] {
    const found: ComposeService[] = []
    for (const item of listAt(tree, 'include')) {
      const path = at(item, 'path')
      const paths = path?.kind === 'list' ? path.items.map(textOf) : [textOf(item) ?? textOf(path)]
      for (const each of paths) {
        const target = each === undefined ? undefined : besides(file, each)
        const text = target === undefined ? undefined : this.#collector.context.resolve(target)
        if (target === undefined || text === undefined) {
          this.#collector.notRead(
            file,
            item.line,
            'A file that is included was not there to be read.',
          )
        } else if (within.includes(target)) {
          this.#collector.notRead(file, item.line, 'The files include each other in a circle.')
        } else found.push(...this.services(target, text, within))
      }
    }
    return found
  }

  #layers(file: string, service: YamlTree, within: readonly string[]): ComposeService['layers'] {
    const own = { file, tree: service }
    const extended = at(service, 'extends')
    const name = textOf(extended) ?? textAt(extended, 'service')
    if (extended === undefined || name === undefined) return [own]
    const path = textAt(extended, 'file')
    const target = path === undefined ? file : besides(file, path)
    const text =
      target === undefined || target === file ? undefined : this.#collector.context.resolve(target)
    const tree = target === undefined ? undefined : this.#parse(target, text)
    const base = at(tree, 'services', name)
    if (target === undefined || base === undefined) {
      this.#collector.notRead(
        file,
        extended.line,
        'The service that is extended was not there to be read.',
      )
      return [own]
    }
    const identity = `${target}#${name}`
    if (within.includes(identity) || within.length > 50) {
      this.#collector.notRead(file, extended.line, 'The services extend each other in a circle.')
      return [own]
    }
    return [...this.#layers(target, base, [...within, identity]), own]
  }
}
