/*
row = "a line of the audit log between two instants (UTC, as written), of these areas (NULL: all), account, action and subject"
store = "files"
tables = []
*/
SELECT
    number,
    "at",
    coalesce(account, '') AS account,
    array_to_string(roles, ' ') AS roles,
    area_id,
    coalesce(action, '') AS action,
    coalesce(reason, '') AS reason,
    coalesce(subjects, to_json(route)) AS subjects,
    period,
    rows,
    coalesce(place, '') AS place
FROM read_json(
    $files,
    format = 'newline_delimited',
    ignore_errors = true,
    maximum_object_size = 16777216,
    columns = {
        number: 'BIGINT', "at": 'VARCHAR', account: 'VARCHAR', roles: 'VARCHAR[]', area_id: 'VARCHAR',
        action: 'VARCHAR', reason: 'VARCHAR', subjects: 'JSON', period: 'JSON', rows: 'BIGINT', place: 'VARCHAR',
        route: 'VARCHAR'
    }
)
WHERE "at" >= $start
    AND "at" < $end
    AND ($areas::VARCHAR[] IS NULL OR list_contains($areas::VARCHAR[], area_id))
    AND ($account::VARCHAR IS NULL OR account = $account)
    AND ($action::VARCHAR IS NULL OR action = $action)
    AND ($subject::VARCHAR IS NULL OR contains(subjects::VARCHAR, to_json($subject::VARCHAR)::VARCHAR))
