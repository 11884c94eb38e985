import { describe, expect, it } from 'vitest'

import { renderConfigReport } from '../src/cli/render-config.ts'
import {
  applyBaseline,
  baselineText,
  nextBaseline,
  parseBaseline,
} from '../src/config/baseline/baseline.ts'
import type { ConfigFinding } from '../src/config/config-finding.ts'
import type { ConfigReport } from '../src/config/config-report.ts'
import { githubAnnotations } from '../src/config/report/github-annotations.ts'
import { junitText } from '../src/config/report/junit.ts'
import { markdownText } from '../src/config/report/markdown.ts'
import { relativeUri, sarifText } from '../src/config/report/sarif.ts'

const hostile = 'a|b,c:d%e\n::error::f<g>&"h`\u001b[31m\u202e\ud800'

function finding(id: string, more: Partial<ConfigFinding> = {}): ConfigFinding {
  return {
    id,
    rule: 'undeclared-read',
    severity: 'warning',
    evidence: 'proved',
    key: 'BANNER',
    environments: [],
    locations: [{ file: 'src/a b.ts', line: 3, column: 7 }],
    message: 'The code reads BANNER.',
    hint: 'Write it down.',
    ...more,
  }
}

const report: ConfigReport = {
  command: 'config scan',
  headline: 'The code reads 3 keys.',
  findings: [
    finding('aaaaaaaaaaaa'),
    finding('bbbbbbbbbbbb', {
      rule: 'pack/payment',
      severity: 'error',
      message: hostile,
      locations: [{ file: hostile, line: 1 }],
    }),
  ],
  accepted: [finding('cccccccccccc')],
  notAnalysed: [
    {
      kind: 'dynamic-key',
      id: 'dddddddddddd',
      location: { file: 'src/x.ts', line: 9 },
      reason: hostile,
    },
  ],
  lookedAt: ['4 files'],
}
const clean: ConfigReport = { ...report, findings: [], accepted: [], notAnalysed: [] }

interface Sarif {
  version: string
  runs: {
    tool: { driver: { name: string; rules: { id: string }[]; notifications: { id: string }[] } }
    invocations: {
      executionSuccessful: boolean
      toolExecutionNotifications: {
        descriptor: { id: string; index: number }
        level: string
        message: { text: string }
      }[]
    }[]
    results: {
      ruleId: string
      ruleIndex: number
      level: string
      message: { text: string }
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } }
      }[]
      partialFingerprints: Record<string, string>
      suppressions?: { kind: string }[]
    }[]
  }[]
}

describe('SARIF', () => {
  it('is structured as the standard asks', () => {
    const log: Sarif = JSON.parse(sarifText(report, '1.2.3'))
    expect(log.version).toBe('2.1.0')
    const run = log.runs[0]!
    const { rules, notifications } = run.tool.driver
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(run.results).toHaveLength(3)
    for (const result of run.results) {
      expect(rules[result.ruleIndex]!.id).toBe(result.ruleId)
      expect(['error', 'warning', 'note']).toContain(result.level)
      expect(result.message.text).not.toBe('')
      for (const { physicalLocation } of result.locations) {
        const { uri } = physicalLocation.artifactLocation
        expect(uri).toMatch(/^[\w.~!*'()%/-]+$/)
        expect(new URL(uri, 'file:///root/').pathname).toBe(`/root/${uri}`)
        expect(physicalLocation.region.startLine).toBeGreaterThan(0)
      }
    }
    expect(run.results.map((it) => it.partialFingerprints['aftergreenFinding/v1'])).toEqual([
      'aaaaaaaaaaaa',
      'bbbbbbbbbbbb',
      'cccccccccccc',
    ])
    expect(run.results.map((it) => it.suppressions?.[0]?.kind)).toEqual([
      undefined,
      undefined,
      'external',
    ])
    const [told] = run.invocations
    expect(told!.executionSuccessful).toBe(false)
    const [notification] = told!.toolExecutionNotifications
    expect(notifications[notification!.descriptor.index]!.id).toBe('dynamic-key')
  })

  it('says that a whole answer is whole', () => {
    const log: Sarif = JSON.parse(sarifText(clean, '1.2.3'))
    expect(log.runs[0]!.invocations[0]!.executionSuccessful).toBe(true)
    expect(relativeUri('a b/ü:c#d')).toBe('a%20b/%C3%BC%3Ac%23d')
  })
})

describe('JUnit', () => {
  it('counts what it holds, escapes, and holds only what XML can', () => {
    const text = junitText(report)
    expect(text).toContain(
      '<testsuites name="aftergreen config scan" tests="4" failures="2" errors="1" skipped="1">',
    )
    expect(text.match(/<testcase /g)).toHaveLength(4)
    expect(text).toContain('&lt;g&gt;&amp;&quot;h')
    expect(text).not.toMatch(/[^\t\n\u0020-\ufffd]/)
    expect(text.isWellFormed()).toBe(true)
    const open = text.match(/<(testsuites?|testcase|failure|error)\b[^>]*[^/]>/g)
    const shut = text.match(/<\/(testsuites?|testcase|failure|error)>/g)
    expect(open).toHaveLength(shut!.length)
  })

  it('has a case even where nothing is found', () => {
    expect(junitText(clean)).toContain('tests="1" failures="0" errors="0" skipped="0"')
  })
})

describe('annotations of GitHub', () => {
  it('stand in a line each, errors first, and cannot be ended by what they hold', () => {
    const lines = githubAnnotations(report, 'web/')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^::error file=web\/a\|b%2Cc%3Ad%25e%0A%3A%3Aerror/)
    expect(lines[1]).toBe(
      '::warning file=web/src/a b.ts,line=3,col=7,title=Undeclared read::The code reads BANNER. Write it down.',
    )
    expect(lines.join('')).not.toContain('\n')
  })

  it('are bounded, and say what is left out', () => {
    const findings = Array.from({ length: 80 }, (_, at) => finding(String(at)))
    const lines = githubAnnotations({ ...report, findings })
    expect(lines).toHaveLength(51)
    expect(lines.at(-1)).toContain('31 more are')
  })
})

describe('Markdown', () => {
  it('keeps its table whole', () => {
    const rows = markdownText(report)
      .split('\n')
      .filter((row) => row.startsWith('| '))
    expect(rows).toHaveLength(3 + 1)
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5)
  })
})

describe('the terminal', () => {
  it.each([40, 80, 200])('begins with the sentence and keeps to %d columns', (width) => {
    const text = renderConfigReport(report, { colour: false, width }, { gone: 2 })
    expect(text.split('\n')[0]).toBe(report.headline)
    for (const steering of ['\u001b', '\u202e']) expect(text).not.toContain(steering)
    expect(text.replaceAll(/\s+/g, ' ')).toContain('2 entries of the baseline')
    expect(text).toContain('src/a b.ts:3')
  })

  it('puts keys that begin alike into one line, and bounds every list', () => {
    const findings = Array.from({ length: 6 }, (_, at) =>
      finding(`f${at}`, { key: `AUTH_AZURE_${at}` }),
    )
    expect(renderConfigReport({ ...report, findings }, { colour: false, width: 80 })).toContain(
      'AUTH_AZURE_*: 6 keys',
    )
    const many = Array.from({ length: 900 }, (_, at) => finding(`f${at}`, { key: `K${at}` }))
    const text = renderConfigReport({ ...report, findings: many }, { colour: false, width: 80 })
    expect(text).toContain('and 875 more')
    expect(text.split('\n').length).toBeLessThan(100)
  })
})

describe('the baseline', () => {
  const begun = nextBaseline(report, undefined, { mayGrow: true }).baseline

  it('accepts what it lists, of the command that made it', () => {
    const { report: told, gone } = applyBaseline(report, begun)
    expect(told.findings).toEqual([])
    expect(told.notAnalysed).toEqual([])
    expect(told.accepted).toHaveLength(3)
    expect(gone).toEqual([])
    const other = applyBaseline({ ...report, command: 'config check' }, begun)
    expect(other.report.findings).toHaveLength(2)
    expect(other.gone).toEqual([])
  })

  it('shrinks, and grows only with leave', () => {
    const later = { ...report, findings: [report.findings[0]!, finding('eeeeeeeeeeee')] }
    const shrunk = nextBaseline(later, begun, { mayGrow: false })
    expect(shrunk.baseline.entries.map(({ id }) => id)).toEqual(['aaaaaaaaaaaa', 'dddddddddddd'])
    expect(shrunk.gone.map(({ id }) => id)).toEqual(['bbbbbbbbbbbb'])
    const grown = nextBaseline(later, begun, { mayGrow: true, reason: 'agreed' })
    expect(grown.added).toMatchObject([{ id: 'eeeeeeeeeeee', reason: 'agreed' }])
  })

  it('reads what it writes, and refuses everything else', () => {
    expect(baselineText(parseBaseline(baselineText(begun), 'b.json'))).toBe(baselineText(begun))
    for (const text of [
      '',
      '[]',
      '{"version":2}',
      '{"version":1}',
      '{"version":1,"entries":[{}]}',
    ]) {
      expect(() => parseBaseline(text, 'b.json')).toThrow(/The baseline file b.json/)
    }
  })
})
