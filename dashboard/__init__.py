"""The screens: one Dash app behind a Flask guard, pages made of panels, every panel fed by one view.

Decisions: `suppress_callback_exceptions` is on, because Dash's validation layout would send every page, as its first
visitor saw it, to everybody; tests/test_view.py checks instead that every id of a callback is in some layout. The
language stands in the address (`?lang=`) and comes back with each request of a screen as its Referer, so that two
tabs may speak two languages. What ticks (clock, ages, time left) ticks in the browser; the server hears one small
question per refresh and answers it with nothing (204) unless something changed.

A page: pages/<name>.py holds `dash.register_page(__name__, path="/x", order=3, roles=("operator",))` and
`layout(**query)`; `order` puts it into the navigation, `roles` closes it to others; its words are `[page.<name>] name`
in both locales. Nobody imports a page. `layout` is a list of panels inside `html.Main(className="page <name>")`.

A panel: panels/<name>.py holds id constants, `layout(...)` returning `parts.panel(name, title, body, note, total)`,
and one callback with the one Input `view.VIEW`:

    @callback(Output(BODY, "children"), VIEW)
    def show(view: dict[str, Any] | None) -> Component: ...

It asks `door().query(name, scope(), area=..., now=moment.now(view))` or `door().metric(...)`; personal queries take
`scope().because(reason)`. A callback that raises keeps the last frame and marks its panel; it retries by itself.

A choice: `view.hidden("kind", value)` or any component with id `view.control("kind")` and a `value`; the page's layout
sets the value from its query. Shared by all pages, in the frame: area day theme lang kiosk. In a script:
`gridlink.choose("kind", "HAZ")`; the event `gridlink:view` (document) carries every new view.
`view["version"]` changes when the data did, `view["u"]` is CSS pixels per design pixel.

`moment`: now(view), today(view), period(view), is_history(view) in naive UTC and local days.
`text`: t(key, **fields), named(row), number, percent, points, duration, hours, deadline, age, clock, stamp, day_long,
day_short, days, distance, speed. Words of scripts: table [browser] of the locale, in JS `gridlink.words`.
`look`: look(view) -> Look(theme, u); look["warn"], look.px(13), look.faint("accent", .13), from assets/10-tokens.css.
`place`: area(view), title, path, level, below(view) = the level right under it, level_name.
`figures`: one(metric, view, period), below(metric, view, period), past, before(period), weeks: metrics of a view.
`charts`: figure(look, data, **layout) under `blank(look)`, the one Plotly template; ring, bars, spark; `graph(id)` is
the component. `intervals`: Rate, ranking(rows, look, line, target). `inflow`: trend, strip of a day.
`takeaway`: @takeaway(name) over rows(view), export_menu(name) for a panel's head: every file leaves by `taken`.
`parts`: panel, status, shape, severity, icon, chip, empty, needs.
Routes of data: dashboard/api.py holds a Flask Blueprint `api` under /api; the guard is already in front of it.
A script calls `gridlink.fresh("fix", ms)` when newer rows of a feed reached the screen, and the header's age follows.
"""
