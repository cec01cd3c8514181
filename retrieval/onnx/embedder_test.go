//go:build cgo

package onnx

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/retrieval"
)

var _ retrieval.Embedder = (*Embedder)(nil)

//go:embed testdata/passages.txt
var passagesFile string

// passages are texts of our own, about as long as chunks are.
func passages() []string {
	return strings.Split(strings.TrimSpace(passagesFile), "\n")
}

func open(tb testing.TB) *Runtime {
	tb.Helper()
	r, err := Open(Config{Library: os.Getenv("ZHIWEN_ORT_LIB")})
	if errors.Is(err, ErrNoRuntime) {
		tb.Skip("no ONNX Runtime library (scripts/fetch-onnxruntime gets it): the built-in model is not run")
	}
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func newEmbedder(tb testing.TB) *Embedder {
	tb.Helper()
	e, err := NewEmbedder(open(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := e.Close(); err != nil {
			tb.Error(err)
		}
	})
	return e
}

func cosine(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestModelFilesAreThoseOfTheReadme(t *testing.T) {
	sums, err := os.ReadFile("model/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"model_int8.onnx": modelData, "tokenizer.json": tokenizerData, "reader_int8.onnx": readerData} {
		sum := sha256.Sum256(data)
		if !bytes.Contains(sums, []byte(hex.EncodeToString(sum[:])+"  "+name)) {
			t.Errorf("%s: checksum %x is not in model/SHA256SUMS", name, sum)
		}
	}
}

// The publisher's own figures. The model quantises as it runs, so the last
// digits differ between processors.
func TestFirstVectorOfCheckQuestion(t *testing.T) {
	got, err := newEmbedder(t).firstVector(questionPrefix + "2023年绩溪县开展了多少场法治宣传活动？")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{-0.27152488, 0.34290823, -0.45626986} {
		if math.Abs(float64(got[i])-want) > .01 {
			t.Errorf("figure %d of the first vector is %v, want about %v", i, got[i], want)
		}
	}
}

func TestVectorsAreUnitVectorsAlignedWithTexts(t *testing.T) {
	e := newEmbedder(t)
	texts := append(passages()[:5:5], "", "县", strings.Repeat("县", 2000))
	got, err := e.Passages(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(texts) {
		t.Fatalf("%d vectors for %d texts", len(got), len(texts))
	}
	for i, v := range got {
		if len(v) != e.Dim() || math.Abs(cosine(v, v)-1) > 1e-5 {
			t.Errorf("vector %d has %d dimensions and length %v", i, len(v), math.Sqrt(cosine(v, v)))
		}
		alone, err := e.Passages(t.Context(), texts[i:i+1])
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(alone[0], v) {
			t.Errorf("vector %d depends on what else is embedded", i)
		}
	}
}

func TestQuestionIsNearestToItsPassage(t *testing.T) {
	e := newEmbedder(t)
	texts := []string{
		"全年共办理法律援助案件，为农民工、老年人等群体挽回损失。",
		"参保人员异地就医前应当办理备案，可以在手机上办理。",
		"城区公交线路自下月起调整首末班时间。",
	}
	stored, err := e.Passages(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for want, question := range []string{"法援今年帮了哪些人", "在外地看病要先备案吗", "公交车几点收班"} {
		v, err := e.Question(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		best := 0
		for i := range stored {
			if cosine(v, stored[i]) > cosine(v, stored[best]) {
				best = i
			}
		}
		if best != want {
			t.Errorf("%s: nearest is %q", question, texts[best])
		}
	}
}

func TestBeyond512TokensNothingCounts(t *testing.T) {
	text := strings.Repeat("法治政府", 200)
	got, err := newEmbedder(t).Passages(t.Context(), []string{text, text[:3*510], text + "别的"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0], got[1]) || !slices.Equal(got[0], got[2]) {
		t.Error("what is cut off changes the vector")
	}
}

func TestCapitalsChangeNothing(t *testing.T) {
	got, err := newEmbedder(t).Passages(t.Context(), []string{"HPV疫苗 Wi-Fi [CLS]", "hpv疫苗 wi-fi [cls]"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0], got[1]) {
		t.Error("capitals change the vector")
	}
}

func TestConcurrentCallsAgree(t *testing.T) {
	e := newEmbedder(t)
	texts := passages()[:3]
	want, err := e.Passages(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	question, err := e.Question(t.Context(), texts[0])
	if err != nil {
		t.Fatal(err)
	}
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			got, err := e.Passages(t.Context(), texts)
			if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("passages differ, error %v", err)
			}
		})
		callers.Go(func() {
			got, err := e.Question(t.Context(), texts[0])
			if err != nil || !slices.Equal(got, question) {
				t.Errorf("the question's vector differs, error %v", err)
			}
		})
	}
	callers.Wait()
}

func TestCancelledCallsStop(t *testing.T) {
	e := newEmbedder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Passages(ctx, passages()); !errors.Is(err, context.Canceled) {
		t.Errorf("Passages: %v, want context.Canceled", err)
	}
	if _, err := e.Question(ctx, "问"); !errors.Is(err, context.Canceled) {
		t.Errorf("Question: %v, want context.Canceled", err)
	}
}

func TestCloseWaitsAndSecondEmbedderWorks(t *testing.T) {
	r := open(t)
	first, err := NewEmbedder(r)
	if err != nil {
		t.Fatal(err)
	}
	var caller sync.WaitGroup
	caller.Go(func() {
		// Either all vectors or an error; never a crash.
		_, _ = first.Passages(t.Context(), passages()[:4])
	})
	if err := errors.Join(first.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	caller.Wait()
	if _, err := first.Question(t.Context(), "问"); err == nil {
		t.Error("a closed embedder answers")
	}
	second, err := NewEmbedder(open(t))
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if _, err := second.Question(t.Context(), "问"); err != nil {
		t.Error(err)
	}
}
