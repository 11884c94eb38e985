#!/usr/bin/env node
// Old syntax on purpose: a Node that is too old must be able to read this file and say so.
var major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    'Aftergreen needs Node 24 or newer; this is Node ' +
      process.versions.node +
      '. Install a newer one from your package manager or nodejs.org.',
  )
  process.exitCode = 70
} else {
  void import('../src/cli/main.js')
}
