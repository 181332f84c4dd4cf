import { renderTemplates } from './templates';

const params = {
  name: 'web',
  list: [1, 2],
  team: { name: 'shop' },
  empty: '',
  nothing: null,
};

function render(text: string, given: Record<string, unknown> = params): string {
  const [result] = renderTemplates([{ path: 'a', text }], given);
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
    [
      '{% set a, b = params.name %}{% set c = "}} %}" %}${{ c }}${{ a }}',
      '}} %}web',
    ],
    ['{% set block %}${{ params.name }}{% endset %}${{ block }}', 'web'],
    [
      '{% macro say(a, b=2) %}${{ a }}${{ b }}{% endmacro %}${{ say(1) }}${{ say(1, b=params.name) }}',
      '121web',
    ],
    [
      '{% switch params.name %}{% case "web" %}w{% default %}d{% endswitch %}',
      'w',
    ],
    ['${{ params.name.toUpperCase() }}', 'WEB'],
    ['${{ {name: params.name}.name }}', 'web'],
    ['${{ params.list[0] + params.list[params.list.length - 1] }}', '3'],
    ['${{ params.name if params.empty else "no" }}', 'no'],
    ['${{ "x" if params.empty }}', ''],
    ['${{ params.list | join("-") }}', '1-2'],
    ['${{ params.nothing }}', ''],
    ['${{ params.team | dump }}', '{"name":"shop"}'],
    ['{# ${{ nothing }} #}x', 'x'],
    ['{% raw %}${{ github.sha }}{% endraw %}', '${{ github.sha }}'],
    [
      '{% raw %}{% raw %}${{ a }}{% endraw %}{% endraw %}',
      '{% raw %}${{ a }}{% endraw %}',
    ],
    [
      '{{ .Values.tag }} ${NOT} ${{params.name}}',
      '{{ .Values.tag }} ${NOT} web',
    ],
    ['${{ range(3) | join("") }}', '012'],
    ['${{ "a.b" }}${{ params.team is mapping }}', 'a.btrue'],
    ["${{ 'it\\'s ' ~ params.name }}", "it's web"],
    ['a\r\n${{ params.name }}\r\n', 'a\r\nweb\r\n'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['${{ params.missing }}', 'params.missing'],
    ['${{ params.team.lead }}', 'params.team.lead'],
    ['${{ params["missing"] }}', 'params["missing"]'],
    ['${{ params.missing.deeper }}', 'params.missing.deeper'],
    ['${{ params.missing | upper }}', 'params.missing'],
    ['${{ parms.name }}', 'parms.name'],
    ['${{ "a" ~ params.missing }}', 'params.missing'],
    ['${{ [params.missing] | join }}', 'params.missing'],
    ['${{ {a: params.missing}.a }}', 'params.missing'],
    ['${{ params.list[params.missing] }}', 'params.missing'],
    ['${{ params.missing or "x" }}', 'params.missing'],
    ['{% if params.missing %}{% endif %}', 'params.missing'],
    [
      '{% if params.empty %}{% elif params.missing %}{% endif %}',
      'params.missing',
    ],
    ['{% for item in params.missing %}{% endfor %}', 'params.missing'],
    ['{% for item in params.list %}${{ itme }}{% endfor %}', 'itme'],
    ['{% set a = params.missing %}', 'params.missing'],
    ['{% if params.missing == undefined %}{% endif %}', 'params.missing'],
    ['${{ params.missing is string }}', 'params.missing'],
  ])('demands what %s reads', (text, name) => {
    expect(render(`first\n${text}`)).toBe(
      `! Line 2: ${name} is not defined; set it in params, or give it a default: ${name} | default("...")`,
    );
  });

  it.each([
    ['${{ params.name', /Line 1.*Unterminated/],
    ['{% if params.name %}', /Missing endif/],
    ['{% nope %}', /Unknown template tag/],
    ['${{ params.name | nope }}', /Unknown template filter/],
    ['${{ params.missing.call() }}', /Line 1/],
    ['{% include "/etc/passwd" %}', /Unsupported/],
    ['{% import "x" as y %}', /Unsupported/],
    ['${{ params.constructor }}', /reserved/],
    ['${{ params.name.constructor("return process")() }}', /reserved/],
    ['${{ params["__proto__"] }}', /reserved/],
    ['${{ params["constr" ~ "uctor"] }}', /./],
    ['{% for a in range(100000000) %}x{% endfor %}', /limit/],
    [`\${{ "${'x'.repeat(20_000)}" }}`, /longer than 16384 characters/],
    [`\${{ params${'[params'.repeat(500)} }}`, /./],
    [`\${{ params${'[params'.repeat(500)}${']'.repeat(500)} }}`, /./],
    [`\${{ ${'('.repeat(2_000)}1${')'.repeat(2_000)} }}`, /./],
    [`${'{% if 1 %}'.repeat(2_000)}`, /./],
  ])('tells what is wrong with %.60j', (text, error) => {
    const told = render(text);
    expect(told).toMatch(/^! /);
    expect(told).toMatch(error);
  });

  it('renders paths too and drops .njk', () => {
    expect(
      renderTemplates(
        [
          {
            path: '${{ params.team.name }}/${{ params.name }}.yaml.njk',
            text: '1',
          },
          { path: '${{ params.nope }}/a', text: '2' },
        ],
        params,
      ),
    ).toEqual([
      { path: 'shop/web.yaml', text: '1' },
      {
        path: '${{ params.nope }}/a',
        error: expect.stringMatching(/^Line 1: params\.nope is not defined/),
      },
    ]);
  });

  it('tells of params that no template may see', () => {
    expect(render('x', { a: JSON.parse('{"__proto__": 1}') })).toMatch(/^! /);
  });
});
