import { Command } from 'commander'

import type { EffectClass } from '../../config/config-finding.ts'
import type { OlderRead } from '../../config/drift/older-prints.ts'
import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import { countOf } from '../../config/report/finding-words.ts'
import { AftergreenError } from '../../errors.ts'
import { fingerprintSecret, namedEnvironment } from '../config-environment.ts'
import type { NamedEnvironment } from '../config-environment.ts'
import type { ReportFlags } from '../config-output.ts'
import {
  addReportOptions,
  checkReportFlags,
  configExitCodeHelp,
  reportOutcome,
} from '../config-output.ts'
import type { Terminal } from '../terminal.ts'

interface DriftFlags extends ReportFlags {
  environment: string
  reports: string[]
  snapshots?: string[]
  path: string
  contract?: string
  keyFile?: string
  history: boolean
}

/** Milliseconds for the history of the files. */
const historyTime = 20_000

export function configDriftCommand(terminal: Terminal): Command {
  return addReportOptions(
    new Command('drift')
      .description('what running processes took as their configuration, against what is declared')
      .requiredOption('--environment <environment>', 'a name, or NAME=FILE[,FILE]')
      .requiredOption(
        '--reports <place...>',
        'reports of the processes: files, folders, or addresses (http://10.0.0.7:9000/config-report)',
      )
      .option(
        '--snapshots <file...>',
        'earlier snapshots: what they hold counts as declared before',
      )
      .option(
        '--key-file <file>',
        'the secret of the fingerprints (default: AFTERGREEN_CONFIG_KEY)',
      )
      .option('--path <folder>', 'folder of the repository', '.')
      .option('--contract <file>', 'the contract (default: config.contract.yaml in the folder)')
      .option('--no-history', 'do not look for older values in the history of the repository'),
  )
    .addHelpText(
      'after',
      `
A process reports keyed fingerprints, never values; docs/config-drift.md says how (aftergreen/config-report for Node).
Each key of each instance matches what is declared, is stale (what was declared before), runs on the default of the code,
is overridden, is declared nowhere, or cannot be told.
Examples:
  aftergreen config drift --environment production --reports reports/
  aftergreen config drift --environment production=deploy/production.yaml --reports http://10.0.0.7:9000/config-report
${configExitCodeHelp}`,
    )
    .action(async (flags: DriftFlags) => {
      process.exitCode = await drift(flags, terminal)
    })
}

async function drift(flags: DriftFlags, terminal: Terminal): Promise<number> {
  checkReportFlags(flags)
  const secret = await fingerprintSecret(flags.keyFile, terminal)
  const named = await namedEnvironment(flags.environment, flags)
  const { environment, contract, contractDigest } = named
  const [prints, trust, classify, report, reading, render] = await Promise.all([
    import('../../config/drift/declared-prints.ts'),
    import('../../config/drift/trusted-reports.ts'),
    import('../../config/drift/classify-drift.ts'),
    import('../../config/drift/drift-report.ts'),
    import('../../config/drift/read-reports.ts'),
    import('../render-config-drift.ts'),
  ])
  const { findingId } = await import('../../config/finding-id.ts')
  const snapshots = await snapshotsOf(flags.snapshots ?? [], named, secret)
  const read = await reading.readReports(flags.reports)
  const history = flags.history ? await historyOf(named, secret) : 'history not looked at'
  const { mergeOlder, printsOfSnapshots } = await import('../../config/drift/older-prints.ts')
  const trusted = trust.trustedReports(read.reports, environment.name, secret)
  const declared = prints.declaredPrints(environment, secret)
  const compared = classify.classifyDrift({
    environment: environment.name,
    declared,
    reports: trusted.reports,
    older: mergeOlder(
      typeof history === 'string' ? new Map() : history.older,
      printsOfSnapshots(snapshots),
    ),
  })
  const effects = new Map<string, EffectClass>()
  for (const [key, { effect }] of Object.entries(contract?.keys ?? {})) {
    if (effect !== undefined) effects.set(key, effect)
  }
  const unread = [
    ...environment.unread.map(({ location, reason }) => ({ reason, locations: [location] })),
    // reports lie in no repository
    ...read.unread.map(({ location, reason }) => ({
      reason: `${location.file}: ${reason}`,
      locations: [],
    })),
  ].map(({ reason, locations: [location] }) => ({
    kind: 'unread-input',
    id: findingId({
      rule: 'unread-input',
      key: reason,
      environments: [],
      locations: location === undefined ? [] : [location],
    }),
    ...(location === undefined ? {} : { location }),
    reason,
  }))
  const others = compared.instances.filter(
    (it) => it.contractDigest !== null && it.contractDigest !== (contractDigest ?? null),
  ).length
  const answer = report.driftReport(compared, {
    effects,
    declared: declared.flatMap(({ keys }) => [...keys.keys()]),
    notAnalysed: [...unread, ...trusted.notAnalysed],
    lookedAt: [
      `${countOf(trusted.reports.length, 'report')} from ${countOf(read.sources, 'place')}`,
      `${countOf(environment.bindings.length, 'binding')} of ${environment.name}`,
      typeof history === 'string'
        ? history
        : `${countOf(history.states, 'earlier state')} of its files${history.cut ? ' (the history goes on)' : ''}`,
      ...(snapshots.length === 0 ? [] : [countOf(snapshots.length, 'snapshot')]),
      ...(trusted.elsewhere === 0
        ? []
        : [`${countOf(trusted.elsewhere, 'report')} of other environments left out`]),
      ...(trusted.replaced === 0 ? [] : [`${countOf(trusted.replaced, 'older report')} left out`]),
      ...(others === 0 ? [] : [`${countOf(others, 'instance')} started with another contract`]),
    ],
  })
  return reportOutcome(answer, flags, terminal, {
    details: (options) => render.renderConfigDrift(compared, options),
  })
}

/** In a sentence why there is none, where there is none. */
async function historyOf(named: NamedEnvironment, secret: Uint8Array): Promise<OlderRead | string> {
  const { olderPrints } = await import('../../config/drift/older-prints.ts')
  const { root, plan, environment: now } = named
  const end = performance.now() + historyTime
  try {
    return await olderPrints({ root, plan, now, secret, stop: () => performance.now() > end })
  } catch (error) {
    if (error instanceof AftergreenError && error.code === 'CONFIG_HISTORY') {
      return `no history of its files (${error.message.replace(/\.$/, '')})`
    }
    throw error
  }
}

async function snapshotsOf(
  files: readonly string[],
  { environment: { name } }: NamedEnvironment,
  secret: Uint8Array,
): Promise<ConfigSnapshot[]> {
  if (files.length === 0) return []
  const [{ configKeyId }, { readSnapshot }] = await Promise.all([
    import('../../config/drift/config-reporter.ts'),
    import('../read-snapshot.ts'),
  ])
  const snapshots: ConfigSnapshot[] = []
  for (const file of files) {
    const snapshot = await readSnapshot(file)
    const wrong =
      snapshot.environment !== name
        ? `is of ${snapshot.environment}`
        : snapshot.keyId === configKeyId(secret)
          ? undefined
          : 'was made with another secret'
    if (wrong !== undefined) {
      throw new AftergreenError('CONFIG_SNAPSHOT', `The snapshot ${file} ${wrong}.`, {
        hint: 'Leave it out.',
      })
    }
    snapshots.push(snapshot)
  }
  return snapshots
}
