import type { BindingCollector, KnownValue } from './environment-file.ts'
import { at, listAt, mapAt, readYaml, textAt, textOf } from './yaml-tree.ts'
import type { YamlTree } from './yaml-tree.ts'

/** A ConfigMap or Secret. */
export interface Source {
  file: string
  data: Map<string, { value: KnownValue; line: number }>
  /** Immutable, or named after its content: a changed value is then another object. */
  delivery: 'per-revision' | 'shared-mutable'
}

export interface Workload {
  file: string
  name: string
  pod: YamlTree
}

export interface KubernetesObjects {
  workloads: Workload[]
  source: (kind: 'configMap' | 'secret', name: string) => Source | undefined
}

/** Objects of a set of manifests: every document, lists opened. */
export function kubernetesObjects(
  files: readonly { path: string; text: string }[],
  collector: BindingCollector,
): KubernetesObjects {
  const workloads: Workload[] = []
  const sources = new Map<string, Source>()
  const take = (file: string, tree: YamlTree): void => {
    const kind = textAt(tree, 'kind') ?? ''
    if (kind === 'List' || kind.endsWith('List')) {
      for (const item of listAt(tree, 'items')) take(file, item)
      return
    }
    const name = textAt(tree, 'metadata', 'name') ?? textAt(tree, 'metadata', 'generateName') ?? ''
    if (kind === 'ConfigMap' || kind === 'Secret') {
      sources.set(
        `${kind === 'Secret' ? 'secret' : 'configMap'}/${name}`,
        sourceOf(file, tree, name),
      )
      return
    }
    const pod = podOf(tree, kind)
    if (pod !== undefined) workloads.push({ file, name, pod })
  }
  for (const { path, text } of files) {
    const { documents, unread } = readYaml(path, text)
    collector.unread.push(...unread)
    for (const { tree } of documents) take(path, tree)
  }
  return { workloads, source: (kind, name) => sources.get(`${kind}/${name}`) }
}

/** The pod's specification, wherever the kind keeps it. */
function podOf(tree: YamlTree, kind: string): YamlTree | undefined {
  if (kind === 'Pod') return at(tree, 'spec')
  if (kind === 'CronJob') return at(tree, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
  const template = at(tree, 'spec', 'template', 'spec') ?? at(tree, 'template', 'spec')
  const holds = ['containers', 'initContainers'].some((key) => at(template, key) !== undefined)
  return holds ? template : undefined
}

function sourceOf(file: string, tree: YamlTree, name: string): Source {
  const data: Source['data'] = new Map()
  const secret = textAt(tree, 'kind') === 'Secret'
  for (const [key, value] of mapAt(tree, 'binaryData')) {
    data.set(key, { value: { state: 'unknown', detail: 'It is binary.' }, line: value.line })
  }
  for (const [key, value] of mapAt(tree, 'data')) {
    const text = textOf(value) ?? ''
    data.set(key, { value: secret ? decoded(text) : { state: 'set', text }, line: value.line })
  }
  for (const [key, value] of mapAt(tree, 'stringData')) {
    data.set(key, { value: { state: 'set', text: textOf(value) ?? '' }, line: value.line })
  }
  const immutable = textAt(tree, 'immutable') === 'true'
  return { file, data, delivery: immutable || hashed(name) ? 'per-revision' : 'shared-mutable' }
}

/** Names as Kustomize makes them (ten letters of its own alphabet), or with a longer hash in hexadecimal. */
function hashed(name: string): boolean {
  const last = name.split('-').at(-1) ?? ''
  if (last === name) return false
  return (/^[2456789bcdfghkmt]{10}$/.test(last) || /^[0-9a-f]{8,64}$/.test(last)) && /\d/.test(last)
}

function decoded(text: string): KnownValue {
  const packed = text.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed))
    return { state: 'unknown', detail: 'It is not valid base64.' }
  return { state: 'set', text: Buffer.from(packed, 'base64').toString('utf8') }
}
