/** What every bench's command line shares. Wrong usage ends the process with 64, `--help` with 0. */
export interface CommandLine {
  /** @param parse reads the arguments, and throws where they are wrong */
  read: <Given extends { help: boolean }>(parse: () => Given) => Given
  atLeast: (name: string, text: string, least: number) => number
  wrongUsage: (problem: string) => never
}

export function commandLine(usage: string): CommandLine {
  const wrongUsage = (problem: string): never => {
    process.stderr.write(`${problem}\n${usage}`)
    return process.exit(64)
  }
  return {
    wrongUsage,
    read(parse) {
      try {
        const given = parse()
        if (given.help) {
          process.stdout.write(usage)
          process.exit(0)
        }
        return given
      } catch (error) {
        return wrongUsage(error instanceof Error ? error.message : String(error))
      }
    },
    atLeast(name, text, least) {
      const value = Number(text)
      if (Number.isSafeInteger(value) && value >= least) return value
      return wrongUsage(`--${name} must be a whole number of at least ${least}`)
    },
  }
}
