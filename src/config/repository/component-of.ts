const markers =
  /^(package\.json|go\.mod|pyproject\.toml|setup\.py|setup\.cfg|requirements[\w-]*\.txt|Pipfile|pom\.xml|build\.gradle(\.kts)?|Cargo\.toml|composer\.json|Gemfile|mix\.exs|deno\.jsonc?|.+\.(cs|fs|vb)proj|(.+\.)?Dockerfile|Dockerfile(\..+)?)$/i

/**
 * The folder of the nearest package, module or image above a file, by the names of all files; '' = the root. A folder
 * that only holds what is not code (`docker/Dockerfile`) is its own component.
 */
export function componentsOf(files: readonly string[]): (file: string) => string {
  const folders = new Set([''])
  for (const file of files) {
    const slash = file.lastIndexOf('/')
    if (markers.test(file.slice(slash + 1))) folders.add(slash < 0 ? '' : file.slice(0, slash))
  }
  const known = new Map<string, string>()
  const componentOf = (folder: string): string => {
    const found = known.get(folder)
    if (found !== undefined) return found
    const slash = folder.lastIndexOf('/')
    const component = folders.has(folder)
      ? folder
      : componentOf(slash < 0 ? '' : folder.slice(0, slash))
    known.set(folder, component)
    return component
  }
  return (file) => {
    const slash = file.lastIndexOf('/')
    return slash < 0 ? '' : componentOf(file.slice(0, slash))
  }
}
