package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.yaml.in/yaml/v3"

	"zhiwen/retrieval/pgstore/pgtest"
)

// composeFile is what of the Compose specification compose.yaml uses: a key
// that is not here is a misspelt one, or has to be looked up and added.
type composeFile struct {
	Services map[string]composeService
	Volumes  map[string]struct{}
}

type composeService struct {
	Build, Image, Restart string
	Command               []string
	Environment           map[string]string
	Ports, Volumes        []string
	ShmSize               string `yaml:"shm_size"`
	Healthcheck           struct {
		Test              []string
		Interval, Timeout string
		Retries           int
	}
	DependsOn map[string]struct{ Condition string } `yaml:"depends_on"`
}

// TestCompose holds compose.yaml to what the program, its image and the
// database know.
func TestCompose(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	var compose composeFile
	if err := decoder.Decode(&compose); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(compose.Services)); !slices.Equal(got, []string{"migrate", "postgres", "zhiwen"}) {
		t.Fatalf("services %v", got)
	}
	database := compose.Services["postgres"].Environment
	for name, service := range compose.Services {
		for on, d := range service.DependsOn {
			condition := map[bool]string{true: "service_healthy", false: "service_completed_successfully"}[len(compose.Services[on].Healthcheck.Test) > 0]
			if compose.Services[on].Image == "" || d.Condition != condition {
				t.Errorf("%s depends on %s: %q, want %q", name, on, d.Condition, condition)
			}
		}
		for _, v := range service.Volumes {
			if volume, _, _ := strings.Cut(v, ":"); !slices.Contains(slices.Collect(maps.Keys(compose.Volumes)), volume) {
				t.Errorf("%s: no volume %s", name, volume)
			}
		}
		if service.Build == "" {
			continue // not our program
		}
		if got := zhiwen(t, append(service.Command, "--help")...); got.code != 0 {
			t.Errorf("%s: %v: %+v", name, service.Command, got)
		}
		for variable, v := range service.Environment {
			if !knownSetting(t, variable) {
				t.Errorf("%s: the program does not know %s", name, variable)
			}
			if variable != "ZHIWEN_STORE" {
				continue
			}
			config, err := pgxpool.ParseConfig(strings.ReplaceAll(v, "${ZHIWEN_DB_PASSWORD}", "secret"))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			c := config.ConnConfig
			if c.Host != "postgres" || c.User != database["POSTGRES_USER"] || c.Database != database["POSTGRES_DB"] || c.Password != "secret" {
				t.Errorf("%s: %s@%s/%s is not the database of %v", name, c.User, c.Host, c.Database, database)
			}
		}
	}
	if !strings.HasPrefix(database["POSTGRES_PASSWORD"], "${ZHIWEN_DB_PASSWORD:?") {
		t.Errorf("a password that is missing is not asked for: %s", database["POSTGRES_PASSWORD"])
	}
	image, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range compose.Services["zhiwen"].Ports {
		_, inside, _ := strings.Cut(port, ":")
		if !strings.Contains(string(image), "EXPOSE "+inside) || !strings.Contains(string(image), "ZHIWEN_ADDR=:"+inside) {
			t.Errorf("the image does not listen on %s", inside)
		}
	}
}

// TestComposeServer: PostgreSQL takes the settings that compose.yaml starts it
// with.
func TestComposeServer(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	content, err := os.ReadFile(filepath.Join("..", "..", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	settings := regexp.MustCompile(`-c, (\w+)=([^,\]]+)`).FindAllStringSubmatch(string(content), -1)
	if len(settings) == 0 {
		t.Error("no settings")
	}
	for _, s := range settings {
		pgtest.Exec(t, cluster.URL, `ALTER SYSTEM SET `+s[1]+` = '`+s[2]+`'`)
	}
}

// knownSetting reports whether the program reads a variable of the environment.
func knownSetting(t *testing.T, name string) bool {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		content, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(source, "_test.go") && strings.Contains(string(content), `"`+name+`"`) {
			return true
		}
	}
	return false
}
