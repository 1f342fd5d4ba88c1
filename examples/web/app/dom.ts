type Child = Node | string;
type Props<Tag extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Tag], 'style' | 'dataset' | 'children'>
> &
  Readonly<Record<`aria-${string}`, string>>;

/** Makes an element: properties by their names in the DOM, attributes where they begin with `aria-`. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props<Tag> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('aria-')) element.setAttribute(name, value as string);
    else Reflect.set(element, name, value);
  }
  // Texts stay texts, so that nothing that somebody has written becomes markup.
  element.append(...children);
  return element;
}

/** A button that cannot be pressed again until what it does is done. */
export function button(text: string, act: () => Promise<void>, className = ''): HTMLButtonElement {
  const element = h('button', { type: 'button', className }, text);
  element.addEventListener('click', () => {
    element.disabled = true;
    void act().finally(() => (element.disabled = false));
  });
  return element;
}

/** An input under its label. */
export function field(label: string, input: HTMLInputElement): HTMLLabelElement {
  return h('label', {}, h('span', {}, label), input);
}
