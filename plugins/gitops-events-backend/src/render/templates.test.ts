import { renderTemplates } from './templates';

const params = { name: 'web', list: [1, 2], team: { name: 'shop' }, empty: '' };

function render(text: string): string {
  const [result] = renderTemplates([{ path: 'a', text }], params);
  return 'text' in result ? result.text : `! ${result.error}`;
}

describe('renderTemplates', () => {
  it.each([
    ['name: ${{ params.name }}', 'name: web'],
    ['${{ params["na" ~ "me"] }}', 'web'],
    ['${{ params.missing | default("x") }}', 'x'],
    ['${{ params.missing.deeper | default("x") | upper }}', 'X'],
    ['{% if params.missing is defined %}a{% else %}b{% endif %}', 'b'],
    ['{% if params.missing is not defined %}a{% else %}b{% endif %}', 'a'],
    ['{% if params.name == "web" and not params.empty %}a{% endif %}', 'a'],
    [
      '{% for item in params.list %}${{ loop.index }}${{ item }},{% endfor %}',
      '11,22,',
    ],
    [
      '{%- for key, value in params.team %}${{ key }}=${{ value }}{% endfor %}',
      'name=shop',
    ],
    ['{% set a, b = params.name %}{% set c = "}} %}" %}${{ c }}', '}} %}'],
    ['{% set block %}${{ params.name }}{% endset %}${{ block }}', 'web'],
    [
      '{% macro say(a, b=2) %}${{ a }}${{ b }}{% endmacro %}${{ say(1) }}${{ say(1, b=params.name) }}',
      '121web',
    ],
    ['${{ params.name.toUpperCase() }}', 'WEB'],
    ['${{ {name: params.name}.name }}', 'web'],
    ['${{ params.list[0] + params.list[params.list.length - 1] }}', '3'],
    ['${{ params.name if params.empty else "no" }}', 'no'],
    ['${{ params.list | join("-") }}', '1-2'],
    ['{# ${{ nothing }} #}x', 'x'],
    ['{% raw %}${{ github.sha }}{% endraw %}', '${{ github.sha }}'],
    [
      '{{ .Values.image.tag }} ${NOT} $' + '{x}',
      '{{ .Values.image.tag }} ${NOT} $' + '{x}',
    ],
    ['${{ range(3) | join("") }}', '012'],
    ['${{ "a.b" }}${{ params.team is mapping }}', 'a.btrue'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });
});
