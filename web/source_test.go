package web

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// Scripts and styles keep to what Chromium 74 (2019) knows: a module with a
// newer form of the language is not run at all. That they do run there is tried
// by TestBrowserOld…; this names the line.
func TestSourcesForOldBrowsers(t *testing.T) {
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	newer := map[string][]*regexp.Regexp{
		".js": {
			regexp.MustCompile(`\?\.[^\d]|\?\?`),                                       // optional chaining, nullish
			regexp.MustCompile(`(?:\|\||&&)=`),                                         // logical assignment
			regexp.MustCompile(`\d_\d`),                                                // separators in numbers
			regexp.MustCompile(`^\s+(?:static\s+)?#?\w+ = [^;]*;$|^\s+#\w+\(|this\.#`), // fields, private names; see below
			regexp.MustCompile(`\.(?:at|replaceAll|replaceChildren|findLast|toSorted|hasOwn|allSettled|any)\(`),
			regexp.MustCompile(`\bstructuredClone\b|\bqueueMicrotask\b.*signal|AbortSignal\.`),
			regexp.MustCompile(`event\.submitter`),
		},
		".css": {
			regexp.MustCompile(`:(?:is|where|has)\(`),
			regexp.MustCompile(`\b(?:inset|aspect-ratio)\s*:|inset-\w+:`),
			regexp.MustCompile(`:\s*(?:min|max|clamp)\(|\s(?:min|max|clamp)\(`),
		},
	}
	err = fs.WalkDir(a.files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(a.files, name)
		if err != nil {
			return err
		}
		inClass := false
		for n, line := range strings.Split(string(data), "\n") {
			code := regexp.MustCompile(`(?:^|\s)//.*`).ReplaceAllString(line, "")
			inClass = (inClass || strings.Contains(code, "class ") && strings.HasSuffix(code, "{")) && line != "}"
			for i, form := range newer[path.Ext(name)] {
				isField := path.Ext(name) == ".js" && i == 3
				if isField && (!inClass || !regexp.MustCompile(`^  (?:static\s|#?\w+ =)`).MatchString(code)) {
					continue // an assignment in a function
				}
				if form.MatchString(code) {
					t.Errorf("%s:%d is too new: %s", name, n+1, strings.TrimSpace(line))
				}
			}
		}
		// Space in a flex box: a gap is no space in it, a margin is.
		if path.Ext(name) == ".css" {
			for _, rule := range regexp.MustCompile(`[^{}]*\{[^{}]*\}`).FindAllString(string(data), -1) {
				if strings.Contains(rule, "flex") && regexp.MustCompile(`[^-]gap:`).MatchString(rule) {
					t.Errorf("%s: a flex box has a gap: %s", name, strings.TrimSpace(rule))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What scripts show stands in one file, which comes in both scripts; the pages
// of documents are in Simplified only.
func TestWordsStandInOneFile(t *testing.T) {
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	han := regexp.MustCompile(`\p{Han}`)
	err = fs.WalkDir(a.files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".js" || name == wordsFile || name == "document.js" || name == "embed.js" {
			return err
		}
		data, err := fs.ReadFile(a.files, name)
		for n, line := range strings.Split(string(data), "\n") {
			if han.MatchString(line) {
				t.Errorf("%s:%d shows words that are not in %s: %s", name, n+1, wordsFile, strings.TrimSpace(line))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	s := newSite(t, script{}, newMemory())
	simplified, err := fs.ReadFile(a.files, wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	_, hant := s.get("/assets/" + a.sum + hantFolder + "/" + wordsFile)
	if len([]rune(hant)) != len([]rune(string(simplified))) || !strings.Contains(hant, "原文出處") || strings.Contains(hant, "停止朗读") {
		t.Errorf("the words in Traditional characters:\n%s", hant)
	}
	names := regexp.MustCompile(`(?m)^  (\w+): `)
	if got, want := names.FindAllString(hant, -1), names.FindAllString(string(simplified), -1); strings.Join(got, "") != strings.Join(want, "") {
		t.Errorf("names of words have changed")
	}
	// Every word that a script asks for is there.
	defined := map[string]bool{}
	for _, m := range names.FindAllStringSubmatch(string(simplified), -1) {
		defined[m[1]] = true
	}
	used := map[string]bool{}
	fs.WalkDir(a.files, ".", func(name string, e fs.DirEntry, _ error) error {
		data, _ := fs.ReadFile(a.files, name)
		for _, m := range regexp.MustCompile(`\bwords\.(\w+)`).FindAllStringSubmatch(string(data), -1) {
			if name == wordsFile || name == "document.js" || name == "answer.js" && m[1] == "append" {
				continue
			}
			used[m[1]] = true
		}
		return nil
	})
	for word := range used {
		if !defined[word] && word != "js" && word != "lang" && word != "append" {
			t.Errorf("words.%s is not defined", word)
		}
	}
	for word := range defined {
		if !used[word] {
			t.Errorf("words.%s is never shown", word)
		}
	}
}
