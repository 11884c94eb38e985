import type { BindingsRead } from '../binding.ts'
import { withoutBase } from './compose-layers.ts'
import { longestText, mostBindings } from './environment-file.ts'
import type { EnvironmentFile, ReadContext } from './environment-file.ts'
import { readCompose } from './read-compose.ts'
import { readDockerfile } from './read-dockerfile.ts'
import { readDotenvFile } from './read-dotenv-file.ts'
import { readEcs } from './read-ecs.ts'
import { readGithubActions } from './read-github-actions.ts'
import { readKubernetes } from './read-kubernetes.ts'
import { readSpring } from './read-spring.ts'
import { readTerraform } from './read-terraform.ts'
import { recogniseFormat } from './recognise-format.ts'

/**
 * Everything that a set of files binds in the environment `name`, in the order of the files: of equal precedence the
 * later one wins (`effectiveBindings`). Pure: `resolve` gives the text of a file that another one names, `host` is the
 * complete environment of the one who deploys, where that is told. Kubernetes manifests are looked at together.
 */
export function readEnvironment(
  files: readonly EnvironmentFile[],
  name: string,
  resolve: (path: string) => string | undefined,
  host?: ReadonlyMap<string, string>,
): BindingsRead {
  const read: BindingsRead = { bindings: [], unread: [] }
  const context: ReadContext = {
    environment: name,
    resolve,
    room: { left: mostBindings },
    ...(host === undefined ? {} : { host }),
  }
  const take = ({ bindings, unread }: BindingsRead): void => {
    for (const binding of bindings) read.bindings.push(binding)
    for (const input of unread) read.unread.push(input)
  }
  const refuse = (file: string, reason: string): void => {
    read.unread.push({ location: { file, line: 1 }, reason })
  }
  const manifests: EnvironmentFile[] = []
  for (const file of files) {
    const { path, text } = file
    if (text.length > longestText) {
      refuse(path, 'The file is larger than 64 million characters.')
      continue
    }
    if (text.slice(0, 8000).includes('\0')) {
      refuse(path, 'The file is binary.')
      continue
    }
    const recognised = recogniseFormat(file)
    if (recognised === undefined) {
      refuse(
        path,
        'This is not a kind of environment file that is known here; say which one it is.',
      )
      continue
    }
    if (recognised.format === 'kubernetes') manifests.push(file)
    else take(readOne(file, recognised, context))
  }
  read.unread.push(...withoutBase(files))
  if (manifests.length > 0) take(readKubernetes(manifests, context))
  return read
}

function readOne(
  { path, text }: EnvironmentFile,
  { format, dialect }: NonNullable<ReturnType<typeof recogniseFormat>>,
  context: ReadContext,
): BindingsRead {
  switch (format) {
    case 'compose':
      return readCompose(path, text, context)
    case 'kubernetes':
      return readKubernetes([{ path, text }], context)
    case 'terraform-plan':
    case 'terraform-state':
      return readTerraform(path, text, context)
    case 'ecs':
      return readEcs(path, text, context)
    case 'github-actions':
      return readGithubActions(path, text, context)
    case 'dockerfile':
      return readDockerfile(path, text, context)
    case 'spring':
      return readSpring(path, text, context)
    case 'dotenv':
    case 'shell':
    default:
      return readDotenvFile(path, text, dialect ?? 'dotenv', context)
  }
}
