import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readText, root } from './compose.ts';

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: PodSpec;
    };
  };
}

type Labels = Readonly<Record<string, string>>;

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly automountServiceAccountToken: boolean;
  readonly serviceAccountName: string;
  readonly securityContext: { readonly runAsNonRoot: boolean; readonly runAsUser: number };
  readonly topologySpreadConstraints: readonly { readonly labelSelector: { readonly matchLabels: Labels } }[];
  readonly containers: readonly [Container];
}

interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

/** Those of which something is checked. */
interface Kinds {
  readonly Deployment: Deployment;
  readonly ConfigMap: Manifest & { readonly data: Labels };
  readonly Secret: Manifest & { readonly stringData: Labels };
  readonly ServiceAccount: Manifest;
  readonly PodDisruptionBudget: Manifest & {
    readonly spec: { readonly selector: { readonly matchLabels: Labels } };
  };
  readonly NetworkPolicy: Manifest & {
    readonly spec: {
      readonly podSelector: { readonly matchLabels: Labels };
      readonly ingress: readonly Rule[];
      readonly egress: readonly Rule[];
    };
  };
  readonly HorizontalPodAutoscaler: Manifest & {
    readonly spec: {
      readonly metrics: readonly {
        readonly resource: {
          readonly name: string;
          readonly target: { readonly averageUtilization: number };
        };
      }[];
    };
  };
}

export interface Rule {
  readonly ports: readonly { readonly port: number }[];
}

export const baseFolder = 'deploy/kubernetes/base';

/** Every object of the base, as it is written. */
export const readBase = (): readonly Manifest[] =>
  readdirSync(join(root, baseFolder))
    .filter((file) => file !== 'kustomization.yaml')
    .flatMap((file) => manifestsIn(readText(`${baseFolder}/${file}`)));

/** The Secret that operators give, without what is secret. */
export const readSecret = (): readonly Manifest[] =>
  manifestsIn(readText('deploy/kubernetes/secret.example.yaml'));

export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as Manifest;
  });
}

export const ofKind = <Kind extends keyof Kinds>(
  all: readonly Manifest[],
  kind: Kind,
): readonly Kinds[Kind][] =>
  all.filter((each) => each.kind === kind) as readonly Manifest[] as readonly Kinds[Kind][];

/** What the one container of its pods is given, secrets included. */
export function environmentOfPod(all: readonly Manifest[], { spec }: Deployment): Labels {
  const [{ envFrom, env }] = spec.template.spec.containers;
  const from = envFrom.map(({ configMapRef, secretRef }) =>
    configMapRef === undefined
      ? named(ofKind(all, 'Secret'), secretRef?.name).stringData
      : named(ofKind(all, 'ConfigMap'), configMapRef.name).data,
  );
  return Object.assign(
    {},
    ...from,
    Object.fromEntries(env.map(({ name, value }) => [name, value])),
  ) as Labels;
}

function named<Some extends Manifest>(some: readonly Some[], name: string | undefined): Some {
  const found = some.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${String(name)} among these`);
  return found;
}
