export interface ExampleTab {
  /** Remembered by the browser, so that a returning visitor gets the tabs added since. Unique. */
  readonly name: string;
  /** Who is signed in in this tab; alice unless told. */
  readonly login?: string;
  /** GraphiQL shows the first operation's name as the tab's title. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export declare const exampleTabs: readonly ExampleTab[];
