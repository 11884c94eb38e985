import { expect, test } from 'vitest'
import { effective, read } from './read-files.fixture.ts'

const manifests = `
# Source: shop/templates/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      initContainers:
        - { name: init, env: [{ name: I, value: "1" }] }
      containers:
        - name: api
          envFrom:
            - configMapRef: { name: shared }
            - { prefix: X_, secretRef: { name: keys-9f8c7m4bd2 } }
            - configMapRef: { name: absent }
            - configMapRef: { name: perhaps, optional: true }
          env:
            - { name: MODE, value: own }
            - { name: URL, value: "http://$(HOST)/$(NOPE)/$$(HOST)" }
            - { name: KEY, valueFrom: { secretKeyRef: { name: outside, key: k } } }
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: DERIVED, value: "$(KEY)" }
            - { name: BAD, value: 5 }
---
kind: List
apiVersion: v1
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: shared }, data: { HOST: example, MODE: map } }
  - { apiVersion: v1, kind: Secret, metadata: { name: keys-9f8c7m4bd2 }, data: { K: c2VjcmV0 } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: job, env: [{ name: N }] }] } } } } }
`

test('kubernetes: env beats envFrom, objects are looked up, $(NAME) is replaced, delivery is told', () => {
  const { bindings, unread } = read({ 'k8s.yaml': manifests })
  expect(effective(bindings)).toEqual({
    'api/init I': '1',
    'api HOST': 'example',
    'api MODE': 'own',
    'api X_K': 'secret',
    'api URL': 'http://example/$(NOPE)/$(HOST)',
    'api KEY': '-> secret/outside#k',
    'api POD': '-> fieldRef/metadata.name',
    'api DERIVED': 'unknown',
    'api BAD': 'unknown',
    'nightly/job N': '',
  })
  const delivery = Object.fromEntries(bindings.map((one) => [one.key, one.delivery]))
  expect(delivery).toMatchObject({
    HOST: 'shared-mutable',
    X_K: 'per-revision',
    KEY: 'shared-mutable',
    URL: 'per-revision',
  })
  expect(unread.map(({ reason, location }) => [location.line, reason])).toEqual([
    [16, 'The ConfigMap absent is not among the files: its keys are not known.'],
    [24, 'The value of BAD is not text: Kubernetes refuses it.'],
  ])
})
