import { isatty } from 'node:tty'
import { Command } from 'commander'

import type { Residual } from '../../config/key-read.ts'
import { countOf } from '../../config/report/finding-words.ts'
import type { ScanKey } from '../../config/rules/scan-keys.ts'
import { AftergreenError } from '../../errors.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { ReportFlags } from '../config-output.ts'
import { repositoryFolder } from '../repository-folder.ts'
import type { Terminal } from '../terminal.ts'

interface ScanFlags extends ReportFlags {
  component?: string
  keys?: true
  cache: string | false
}

export function configScanCommand(terminal: Terminal): Command {
  return addReportOptions(
    new Command('scan')
      .description(
        'every key that the code reads: where, with which default, and where it is written down',
      )
      .argument('[path]', 'folder of the repository', '.')
      .option('--component <folder>', 'only the keys of this package, module or image')
      .option('--keys', 'list every key')
      .option('--cache <folder>', 'where facts about files are kept between runs')
      .option('--no-cache', 'keep nothing'),
  )
    .addHelpText(
      'after',
      `
Reads JavaScript, TypeScript, Python, Go, Java, Kotlin, Ruby, Rust, C#, PHP, shell, Dockerfiles, YAML and properties.
Examples:
  aftergreen config scan
  aftergreen config scan --component apps/web --keys
  aftergreen config scan --json | jq '.keys[] | select(.required) | .key'
${configExitCodeHelp}`,
    )
    .action(async (path: string, flags: ScanFlags) => {
      process.exitCode = await scan(path, flags, terminal)
    })
}

async function scan(path: string, flags: ScanFlags, terminal: Terminal): Promise<number> {
  const partial = flags.component !== undefined
  checkReportFlags(flags, { partial })
  const root = await repositoryFolder(path)
  const [
    { scanRepository },
    { cacheFolder },
    { readDeclarations },
    { componentsOf },
    rules,
    report,
    share,
    { phaseOf },
    { renderScanKeys },
  ] = await Promise.all([
    import('../../config/scan/scan-repository.ts'),
    import('../../config/scan/facts-cache.ts'),
    import('../../config/repository/read-declarations.ts'),
    import('../../config/repository/component-of.ts'),
    import('../../config/rules/scan-keys.ts'),
    import('../../config/rules/scan-findings.ts'),
    import('../../config/rules/shareable-keys.ts'),
    import('../../config/repository/phase-of.ts'),
    import('../render-config-scan.ts'),
  ])
  const cache = typeof flags.cache === 'string' ? flags.cache : cacheFolder(terminal.env)
  const progress = showProgress()
  let result
  let declared
  try {
    result = await scanRepository(root, flags.cache === false ? {} : { cache })
    declared = await readDeclarations(root, result.files)
  } finally {
    progress.end()
  }
  const componentOf = componentsOf(result.files)
  const opaque = result.residual.wholeObject.filter(
    ({ location }) => phaseOf(location.file) !== 'test',
  )
  const everything = rules.scanKeys({
    reads: result.reads,
    declarations: declared.declarations,
    opaqueComponents: new Set(opaque.map(({ location }) => componentOf(location.file))),
    componentOf,
  })
  const known = new Set(result.residual.unparsed.map(({ location }) => location.file))
  let residual: Residual = {
    ...result.residual,
    unparsed: [
      ...result.residual.unparsed,
      ...declared.unread.filter(({ location }) => !known.has(location.file)),
    ],
  }
  let keys: ScanKey[] = everything
  if (flags.component !== undefined) {
    const component = flags.component.replace(/^\.\//, '').replace(/\/+$/, '')
    const wanted = component === '.' ? '' : component
    const here = ({ location }: { location: { file: string } }): boolean =>
      componentOf(location.file) === wanted
    keys = everything.filter((key) => key.component === wanted)
    residual = {
      dynamic: residual.dynamic.filter(here),
      wholeObject: residual.wholeObject.filter(here),
      unparsed: residual.unparsed.filter(here),
    }
    if (keys.length === 0 && !result.components.includes(wanted)) {
      throw new AftergreenError('USAGE', `There is no component ${flags.component}.`, {
        hint: `There are: ${result.components
          .slice(0, 20)
          .map((name) => name || '.')
          .join(', ')}.`,
      })
    }
  }
  const told = report.scanReport(
    keys,
    residual,
    [
      countOf(result.sources, 'source file'),
      countOf(result.components.length, 'component'),
      `${countOf(declared.declarations.length, 'place')} where keys are written down`,
    ],
    { everything },
  )
  return reportOutcome(told, flags, terminal, {
    json: { keys: share.shareableKeys(keys), residual: share.shareableResidual(residual) },
    details: (options) => renderScanKeys(keys, options, flags.keys === true),
    partial,
  })
}

/** A line that is written over while a scan takes longer than a second; nothing where there is no terminal. */
function showProgress(): { end(): void } {
  if (!isatty(2)) return { end: () => undefined }
  const began = performance.now()
  let shown = false
  const timer = setInterval(() => {
    shown = true
    const seconds = Math.round((performance.now() - began) / 1000)
    process.stderr.write(`\r\x1b[KReading the sources, ${seconds} s …`)
  }, 1000)
  return {
    end() {
      clearInterval(timer)
      if (shown) process.stderr.write('\r\x1b[K')
    },
  }
}
