/**
 * How many of the keys that a repository documents `config scan` finds in its code.
 *
 *   node bench/config-scan.ts --root DIR --truth FILE[,FILE] [--cache DIR] [--missed] [--json]
 *   node bench/config-scan.ts --repositories DIR [--only NAME,NAME] [--cache DIR] [--missed] [--json]
 *
 * A truth file is a sample environment file (keys in comments count), PHP with `'name' => 'KEY'`, or `.truth`: a key a line;
 * `*` stands for any part of its name, and it lies below the root or is named from `/`. `--repositories` holds the seven repositories that the design was measured on.
 */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { scanRepository } from '../src/config/scan/scan-repository.ts'

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    truth: { type: 'string' },
    repositories: { type: 'string' },
    only: { type: 'string' },
    cache: { type: 'string' },
    missed: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const usage =
  'node bench/config-scan.ts --root DIR --truth FILE[,FILE] [--cache DIR] [--missed] [--json]\n' +
  'node bench/config-scan.ts --repositories DIR [--only NAME,NAME] [--cache DIR] [--missed] [--json]\n'
if (values.help) {
  process.stdout.write(usage)
  process.exit(0)
}

const known: [name: string, truth: string][] = [
  ['outline', '.env.sample'],
  ['langfuse', '.env.*.example'],
  ['formbricks', '.env.example'],
  ['documenso', '.env.example'],
  ['appwrite', 'app/config/variables.php'],
  ['BookStack', '.env.example.complete'],
  ['vaultwarden', '.env.template'],
]
const tasks: [root: string, truth: string][] = []
if (values.root !== undefined && values.truth !== undefined) tasks.push([values.root, values.truth])
else if (values.repositories !== undefined) {
  const only = values.only?.split(',')
  for (const [name, truth] of known) {
    if (only?.includes(name) ?? true) tasks.push([join(values.repositories, name), truth])
  }
} else {
  process.stderr.write(usage)
  process.exit(64)
}

let documented = 0
let found = 0
for (const [root, truth] of tasks) {
  const keys = documentedKeys(root, truth)
  const started = performance.now()
  const scan = await scanRepository(root, values.cache === undefined ? {} : { cache: values.cache })
  const seconds = (performance.now() - started) / 1000
  const outside = scan.reads.filter((it) => it.phase !== 'test')
  const names = new Set(outside.filter((it) => !it.template).map((it) => it.key))
  const templates = new Set(outside.filter((it) => it.template).map((it) => it.key))
  const patterns = [...templates].map(
    (it) => new RegExp(`^${it.replaceAll('*', '[A-Z0-9_]+')}$`, /[a-z]/.test(it) ? 'i' : ''),
  )
  const folded = new Set(outside.filter((it) => it.anyCase).map((it) => it.key.toLowerCase()))
  const exact = keys.filter((key) => names.has(key) || folded.has(key.toLowerCase()))
  const byTemplate = keys.filter(
    (key) => !exact.includes(key) && patterns.some((it) => it.test(key)),
  )
  const missed = keys.filter((key) => !exact.includes(key) && !byTemplate.includes(key))
  documented += keys.length
  found += exact.length + byTemplate.length
  const line = {
    root,
    documented: keys.length,
    found: exact.length,
    byTemplate: byTemplate.length,
    recall: Number(((exact.length + byTemplate.length) / Math.max(1, keys.length)).toFixed(3)),
    keys: names.size,
    templates: templates.size,
    reads: scan.reads.length,
    dynamic: scan.residual.dynamic.length,
    wholeObject: scan.residual.wholeObject.length,
    unparsed: scan.residual.unparsed.length,
    files: scan.files.length,
    sources: scan.sources,
    fromCache: scan.fromCache,
    seconds: Number(seconds.toFixed(2)),
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  }
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...line, missed })}\n`
      : `${Object.entries(line)
          .map(([name, value]) => `${name} ${value}`)
          .join('  ')}\n`,
  )
  if (values.missed && !values.json) process.stdout.write(`  missed: ${missed.join(' ')}\n`)
}
process.stdout.write(
  values.json
    ? `${JSON.stringify({ documented, found, recall: found / Math.max(1, documented) })}\n`
    : `all: ${found} of ${documented} documented keys (${(found / Math.max(1, documented)).toFixed(3)})\n`,
)

function documentedKeys(root: string, truth: string): string[] {
  const keys = new Set<string>()
  for (const path of globSync(truth.split(','), { cwd: root })) {
    const text = readFileSync(resolve(root, path), 'utf8')
    const pattern = path.endsWith('.php')
      ? /'name'\s*=>\s*'(_*[A-Z][A-Z0-9_]+)'/g
      : path.endsWith('.truth')
        ? /^(\w+)$/gm
        : /^\s*(?:#+\s*)?(?:export\s+)?(_*[A-Z][A-Z0-9_]+)\s*=/gm
    for (const [, key] of text.matchAll(pattern)) keys.add(key!)
  }
  return [...keys].toSorted()
}
