package pgstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"zhiwen/bot/asked"
)

var (
	//go:embed queries/standings.sql
	standingsSQL string
	//go:embed queries/group_turns.sql
	groupTurnsSQL string
)

// Ungrouped implements asked.Store.
func (s *Store) Ungrouped(ctx context.Context, limit int) ([]asked.Question, error) {
	all, err := rowsOf[asked.Question](ctx, s, `SELECT num, question FROM turn WHERE grp = 0 AND question <> '' ORDER BY num LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("ungrouped questions in store %s: %w", s.name, err)
	}
	return all, nil
}

// rowsOf reads rows into structs whose fields have the order of the columns.
func rowsOf[T any](ctx context.Context, s *Store, query string, args ...any) ([]T, error) {
	rows, err := s.primary.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}

// AddGrouped implements asked.Store.
func (s *Store) AddGrouped(ctx context.Context, groups []asked.Group, placed []asked.Placed) error {
	batch := &pgx.Batch{}
	for _, g := range groups {
		batch.Queue(`INSERT INTO question_group (id, question) VALUES ($1, $2)`, g.ID, g.Question)
	}
	nums, ids := make([]int64, len(placed)), make([]int64, len(placed))
	for i, p := range placed {
		nums[i], ids[i] = p.Num, p.Group
	}
	batch.Queue(`UPDATE turn SET grp = p.grp FROM unnest($1::bigint[], $2::bigint[]) AS p (num, grp) WHERE turn.num = p.num`, nums, ids)
	if err := s.primary.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("group questions in store %s: %w", s.name, err)
	}
	return nil
}

// Groups implements asked.Store.
func (s *Store) Groups(ctx context.Context) ([]asked.Group, error) {
	all, err := rowsOf[asked.Group](ctx, s, `SELECT id, question FROM question_group ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("groups of questions in store %s: %w", s.name, err)
	}
	return all, nil
}

// Standings implements asked.Book.
func (s *Store) Standings(ctx context.Context, p asked.Period, need asked.Need, limit, offset int) ([]asked.Standing, error) {
	var all []asked.Standing
	rows, err := s.primary.Query(ctx, standingsSQL, p.From, p.To, string(need), limit, offset)
	if err == nil {
		var g asked.Standing
		_, err = pgx.ForEachRow(rows, []any{&g.ID, &g.Question, &g.Times, &g.Unanswered, &g.Clarified, &g.Disliked, &g.LastDay}, func() error {
			all = append(all, g)
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("groups of questions in store %s: %w", s.name, err)
	}
	return all, nil
}

// GroupDays implements asked.Book.
func (s *Store) GroupDays(ctx context.Context, p asked.Period, groups []int64) (map[int64]map[string]int, error) {
	days := map[int64]map[string]int{}
	rows, err := s.primary.Query(ctx, `SELECT grp, day, count(*) FROM turn
		WHERE day BETWEEN $1 AND $2 AND grp = ANY ($3) GROUP BY grp, day`, p.From, p.To, groups)
	if err == nil {
		var id int64
		var day string
		var n int
		_, err = pgx.ForEachRow(rows, []any{&id, &day, &n}, func() error {
			if days[id] == nil {
				days[id] = map[string]int{}
			}
			days[id][day] = n
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("days of questions in store %s: %w", s.name, err)
	}
	return days, nil
}

// GroupTurns implements asked.Book; retrieval.ErrNotFound if there is no such
// group.
func (s *Store) GroupTurns(ctx context.Context, group int64, limit int) (asked.Group, []asked.Asked, error) {
	g := asked.Group{ID: group}
	if err := s.primary.QueryRow(ctx, `SELECT question FROM question_group WHERE id = $1`, group).Scan(&g.Question); err != nil {
		return g, nil, fmt.Errorf("group %d of questions in store %s: %w", group, s.name, notFound(err))
	}
	var all []asked.Asked
	rows, err := s.primary.Query(ctx, groupTurnsSQL, group, limit)
	if err == nil {
		var a asked.Asked
		var reasons string
		_, err = pgx.ForEachRow(rows, []any{&a.Question, &a.Status, &a.AnswerID, &a.At, &a.Disliked, &reasons, &a.Text}, func() error {
			a.Reasons, a.At = nil, a.At.UTC()
			err := json.Unmarshal([]byte(reasons), &a.Reasons)
			all = append(all, a)
			return err
		})
	}
	if err != nil {
		return g, nil, fmt.Errorf("group %d of questions in store %s: %w", group, s.name, err)
	}
	return g, all, nil
}

// DayCounts implements asked.Counts.
func (s *Store) DayCounts(ctx context.Context, p asked.Period) ([]asked.DayCount, error) {
	all, err := rowsOf[asked.DayCount](ctx, s, `SELECT day, status, count(*), sum(took_ms)::bigint, max(took_ms), count(*) FILTER (WHERE took_ms <= 1000)
		FROM turn WHERE day BETWEEN $1 AND $2 GROUP BY day, status ORDER BY day, status`, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("count the questions in store %s: %w", s.name, err)
	}
	return all, nil
}

// RatingCounts implements asked.Counts.
func (s *Store) RatingCounts(ctx context.Context, p asked.Period) ([]asked.RatingCount, error) {
	all, err := rowsOf[asked.RatingCount](ctx, s, `SELECT day, rating, count(*) FROM (
			SELECT to_char(at AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM-DD') AS day, rating FROM feedback
		) judged WHERE day BETWEEN $1 AND $2 GROUP BY day, rating ORDER BY day, rating`, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("count the judgements in store %s: %w", s.name, err)
	}
	return all, nil
}

// OfficeCounts implements asked.Counts.
func (s *Store) OfficeCounts(ctx context.Context, p asked.Period) ([]asked.OfficeCount, error) {
	all, err := rowsOf[asked.OfficeCount](ctx, s, `SELECT office, count(*), count(*) FILTER (WHERE status IN ('answered', 'partial', 'faq')),
		count(*) FILTER (WHERE disliked) FROM turn WHERE day BETWEEN $1 AND $2 GROUP BY office ORDER BY count(*) DESC, office`, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("count the offices in store %s: %w", s.name, err)
	}
	return all, nil
}
