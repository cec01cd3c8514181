package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"

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
	var all []asked.Question
	err := eachRow(ctx, s.readers, `SELECT num, question FROM turn WHERE grp = 0 AND question <> '' ORDER BY num LIMIT ?`, []any{limit},
		func(scan func(...any) error) error {
			var q asked.Question
			err := scan(&q.Num, &q.Text)
			all = append(all, q)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("ungrouped questions in store %s: %w", s.path, err)
	}
	return all, nil
}

// AddGrouped implements asked.Store.
func (s *Store) AddGrouped(ctx context.Context, groups []asked.Group, placed []asked.Placed) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, g := range groups {
			if _, err := tx.ExecContext(ctx, `INSERT INTO question_group (id, question) VALUES (?, ?)`, g.ID, g.Question); err != nil {
				return err
			}
		}
		for _, p := range placed {
			if _, err := tx.ExecContext(ctx, `UPDATE turn SET grp = ? WHERE num = ?`, p.Group, p.Num); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("group questions in store %s: %w", s.path, err)
	}
	return nil
}

// Groups implements asked.Store.
func (s *Store) Groups(ctx context.Context) ([]asked.Group, error) {
	var all []asked.Group
	err := eachRow(ctx, s.readers, `SELECT id, question FROM question_group ORDER BY id`, nil, func(scan func(...any) error) error {
		var g asked.Group
		err := scan(&g.ID, &g.Question)
		all = append(all, g)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("groups of questions in store %s: %w", s.path, err)
	}
	return all, nil
}

// Standings implements asked.Book.
func (s *Store) Standings(ctx context.Context, p asked.Period, need asked.Need, limit, offset int) ([]asked.Standing, error) {
	var all []asked.Standing
	err := eachRow(ctx, s.readers, standingsSQL, []any{p.From, p.To, need, limit, offset}, func(scan func(...any) error) error {
		var g asked.Standing
		err := scan(&g.ID, &g.Question, &g.Times, &g.Unanswered, &g.Clarified, &g.Disliked, &g.LastDay)
		all = append(all, g)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("groups of questions in store %s: %w", s.path, err)
	}
	return all, nil
}

// GroupDays implements asked.Book.
func (s *Store) GroupDays(ctx context.Context, p asked.Period, groups []int64) (map[int64]map[string]int, error) {
	days := map[int64]map[string]int{}
	ids, err := json.Marshal(groups)
	if err == nil {
		err = eachRow(ctx, s.readers, `SELECT grp, day, count(*) FROM turn
			WHERE day BETWEEN ?1 AND ?2 AND grp IN (SELECT value FROM json_each(?3)) GROUP BY grp, day`, []any{p.From, p.To, string(ids)},
			func(scan func(...any) error) error {
				var id int64
				var day string
				var n int
				if err := scan(&id, &day, &n); err != nil {
					return err
				}
				if days[id] == nil {
					days[id] = map[string]int{}
				}
				days[id][day] = n
				return nil
			})
	}
	if err != nil {
		return nil, fmt.Errorf("days of questions in store %s: %w", s.path, err)
	}
	return days, nil
}

// GroupTurns implements asked.Book; retrieval.ErrNotFound if there is no such
// group.
func (s *Store) GroupTurns(ctx context.Context, group int64, limit int) (asked.Group, []asked.Asked, error) {
	g := asked.Group{ID: group}
	var all []asked.Asked
	err := s.readers.QueryRowContext(ctx, `SELECT question FROM question_group WHERE id = ?`, group).Scan(&g.Question)
	if err == nil {
		err = eachRow(ctx, s.readers, groupTurnsSQL, []any{group, limit}, func(scan func(...any) error) error {
			var a asked.Asked
			var at, reasons string
			err := scan(&a.Question, &a.Status, &a.AnswerID, &at, &a.Disliked, &reasons, &a.Text)
			if err == nil {
				a.At, err = parseTime(at)
			}
			if err == nil {
				err = json.Unmarshal([]byte(reasons), &a.Reasons)
			}
			all = append(all, a)
			return err
		})
	}
	if err != nil {
		return g, nil, fmt.Errorf("group %d of questions in store %s: %w", group, s.path, notFound(err))
	}
	return g, all, nil
}

// DayCounts implements asked.Counts.
func (s *Store) DayCounts(ctx context.Context, p asked.Period) ([]asked.DayCount, error) {
	var all []asked.DayCount
	err := eachRow(ctx, s.readers, `SELECT day, status, count(*), sum(took_ms), max(took_ms), sum(took_ms <= 1000) FROM turn
		WHERE day BETWEEN ? AND ? GROUP BY day, status ORDER BY day, status`, []any{p.From, p.To},
		func(scan func(...any) error) error {
			var c asked.DayCount
			err := scan(&c.Day, &c.Status, &c.Times, &c.Took, &c.Most, &c.Quick)
			all = append(all, c)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count the questions in store %s: %w", s.path, err)
	}
	return all, nil
}

// RatingCounts implements asked.Counts.
func (s *Store) RatingCounts(ctx context.Context, p asked.Period) ([]asked.RatingCount, error) {
	var all []asked.RatingCount
	err := eachRow(ctx, s.readers, `SELECT date(at, '+8 hours') AS day, rating, count(*) FROM feedback
		WHERE date(at, '+8 hours') BETWEEN ? AND ? GROUP BY day, rating ORDER BY day, rating`, []any{p.From, p.To},
		func(scan func(...any) error) error {
			var c asked.RatingCount
			err := scan(&c.Day, &c.Rating, &c.Times)
			all = append(all, c)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count the judgements in store %s: %w", s.path, err)
	}
	return all, nil
}

// OfficeCounts implements asked.Counts.
func (s *Store) OfficeCounts(ctx context.Context, p asked.Period) ([]asked.OfficeCount, error) {
	var all []asked.OfficeCount
	err := eachRow(ctx, s.readers, `SELECT office, count(*), sum(status IN ('answered', 'partial', 'faq')), sum(disliked) FROM turn
		WHERE day BETWEEN ? AND ? GROUP BY office ORDER BY count(*) DESC, office`, []any{p.From, p.To},
		func(scan func(...any) error) error {
			var c asked.OfficeCount
			err := scan(&c.Office, &c.Times, &c.Answered, &c.Disliked)
			all = append(all, c)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count the offices in store %s: %w", s.path, err)
	}
	return all, nil
}
