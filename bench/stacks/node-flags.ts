/** Of every server that is measured, as `deploy/Dockerfile` has them: see the decision on a larger young generation. */
export const nodeFlags = ['--max-semi-space-size=64'] as const;
