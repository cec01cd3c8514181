package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"zhiwen/bot/accounts"
	"zhiwen/bot/asked"
	"zhiwen/retrieval"
)

// Outcomes of an item of the county's duties.
const (
	dutyMet   = "符合"
	dutyUnmet = "不符合"
	dutyAsk   = "需人工确认"
)

// duty is one item of the page: what a county has to keep, and how it stands.
type duty struct {
	Part     string `json:"part"`
	Item     string `json:"item"`
	Source   string `json:"source"` // of the rule
	Outcome  string `json:"outcome"`
	Evidence string `json:"evidence"`
	Setting  string `json:"setting,omitempty"` // what changes it
}

//go:embed compliance.html
var complianceSource string

// compliance judges this installation by its settings and its store.
func (s *shell) compliance(ctx context.Context, addr string) ([]duty, error) {
	st, err := s.openExisting(ctx)
	if err != nil {
		return nil, err
	}
	var duties []duty
	for _, judge := range []func(context.Context, store, string) ([]duty, error){footDuties, readingDuties, generationDuties, logDuties, privacyDuties, accessDuties, s.contentDuties} {
		more, judgeErr := judge(ctx, st, addr)
		if judgeErr != nil {
			return nil, errors.Join(judgeErr, st.Close())
		}
		duties = append(duties, more...)
	}
	return duties, st.Close()
}

// set judges an item by a setting that must not be empty.
func set(part, item, source, variable string) duty {
	d := duty{part, item, source, dutyMet, variable + "=" + os.Getenv(variable), variable}
	if os.Getenv(variable) == "" {
		d.Outcome, d.Evidence = dutyUnmet, variable+"没有设置，页脚不显示"
	}
	return d
}

func footDuties(context.Context, store, string) ([]duty, error) {
	const part, source = "页面与页脚", "政府网站发展指引、网页设计规范"
	duties := []duty{
		set(part, "网站名称", source, "ZHIWEN_SITE_NAME"), set(part, "主办单位", source, "ZHIWEN_UNIT"), set(part, "网站标识码", source, "ZHIWEN_SITE_CODE"),
		set(part, "ICP备案号", source, "ZHIWEN_ICP"), set(part, "公安备案号", source, "ZHIWEN_POLICE"),
	}
	sites := duty{part, "嵌入页面的网站名单", "OWASP WebSocket Security", dutyMet, "名单：" + os.Getenv("ZHIWEN_SITES"), "ZHIWEN_SITES"}
	switch list := os.Getenv("ZHIWEN_SITES"); {
	case list == "":
		sites.Evidence = "名单为空，只有本站页面可以使用"
	case strings.Contains(list, "http://"):
		sites.Outcome, sites.Evidence = dutyUnmet, "名单里有http地址，应改为https："+list
	}
	return append(duties, sites), nil
}

func readingDuties(context.Context, store, string) ([]duty, error) {
	const part = "无障碍与长辈版"
	return []duty{
		{part, "WCAG 2.2 AA：对比度、键盘、焦点、朗读", "GB/T 37668-2019；无障碍环境建设法", dutyMet, "程序的每个页面和状态都经自动化测试（axe-core，三种显示方式），见 make test", ""},
		{part, "读屏软件和真实用户试用", "GB/T 37668-2019", dutyAsk, "自动化测试不能代替真人试用，请请视障和老年用户各试用一次并记录", ""},
		{part, "长辈版：字号、行距、60像素按钮、电话常在", "工信部《互联网网站适老化通用设计规范》", dutyMet, "/elder 由程序提供，不需要设置", ""},
		{part, "繁体浏览，引文保留原文", "网站规范", dutyMet, "程序提供，转换的引文有标注并可看原文", ""},
	}, nil
}

func generationDuties(ctx context.Context, st store, _ string) ([]duty, error) {
	const part, source = "人工智能生成", "生成式人工智能服务管理暂行办法；标识办法；GB 45438-2025"
	off, err := st.GenerationOff(ctx)
	if err != nil {
		return nil, err
	}
	if os.Getenv("ZHIWEN_MODEL_URL") == "" || off {
		why := "没有配置语言模型，回答都是原文摘录或人工问答，不标“AI生成”"
		if off {
			why = "生成已对所有人关闭（zhiwen generation off）"
		}
		return []duty{{part, "生成内容的标识与备案", source, dutyMet, why, "ZHIWEN_MODEL_URL"}}, nil
	}
	var duties []duty
	for item, variable := range map[string]string{"模型名称公示": "ZHIWEN_MODEL_PUBLIC_NAME", "备案号或上线编号公示": "ZHIWEN_MODEL_FILING", "主办单位公示": "ZHIWEN_UNIT"} {
		duties = append(duties, set(part, item, source, variable))
	}
	slices.SortFunc(duties, func(a, b duty) int { return cmp.Compare(a.Item, b.Item) })
	return append(duties,
		duty{part, "“AI生成”标识始终可见，复制和打印保留", "GB 45438-2025", dutyMet, "程序提供，有测试", ""},
		duty{part, "文件元数据的隐式标识", "GB 45438-2025附录E", dutyMet, "程序提供；内容生产者写作“" + os.Getenv("ZHIWEN_SITE_CODE") + "”", "ZHIWEN_SITE_CODE"},
		duty{part, "复用上级算力和模型", "政务领域人工智能大模型部署应用指引", dutyAsk, "模型地址：" + hostOf(os.Getenv("ZHIWEN_MODEL_URL")) + "，请确认由上级提供或已经批准", "ZHIWEN_MODEL_URL"},
	), nil
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

func logDuties(ctx context.Context, st store, _ string) ([]duty, error) {
	const part = "日志与审计"
	keep, err := keepConversations()
	if err != nil {
		return nil, err
	}
	days := int(keep.traces / (24 * time.Hour))
	held := duty{part, "网络日志留存不少于六个月", "网络安全法第二十三条（2026年施行）", dutyMet, "", "ZHIWEN_KEEP_TRACE_DAYS"}
	counts, err := st.DayCounts(ctx, asked.Period{From: "0001-01-01", To: "9999-12-31"})
	if err != nil {
		return nil, err
	}
	switch {
	case len(counts) == 0:
		held.Outcome, held.Evidence = dutyAsk, fmt.Sprintf("设置为保留%d天；目前还没有日志", days)
	default:
		held.Evidence = fmt.Sprintf("设置为保留%d天；实际最早的是%s", days, counts[0].Day)
	}
	records, err := st.Audit(ctx)
	if err != nil {
		return nil, err
	}
	chain := duty{part, "操作审计完整、不可改", "GB/T 22239-2019", dutyMet, fmt.Sprintf("共%d条，校验链完整", len(records)), ""}
	if err := retrieval.VerifyAudit(records); err != nil {
		chain.Outcome, chain.Evidence = dutyUnmet, "校验链断裂："+err.Error()
	}
	return []duty{held, chain, {part, "系统和网关日志的留存", "网络安全法第二十三条", dutyAsk, "本程序之外的日志（网关、操作系统）请在其系统中确认", ""}}, nil
}

func privacyDuties(context.Context, store, string) ([]duty, error) {
	const part = "个人信息"
	keep, err := keepConversations()
	if err != nil {
		return nil, err
	}
	days := int(keep.words / (24 * time.Hour))
	words := duty{part, "对话内容只在必要期限内保存", "个人信息保护法第十九条", dutyMet, fmt.Sprintf("文字保留%d天，打码后保存", days), "ZHIWEN_KEEP_DAYS"}
	if days > 180 {
		words.Outcome = dutyUnmet
		words.Evidence += "，超过180天"
	}
	return []duty{
		words,
		{part, "号码在保存、送模型和记日志之前打码", "个人信息保护法第五十一条", dutyMet, "程序提供，有测试；办公电话和文号不打码", ""},
		{part, "本人可以删除自己的对话", "个人信息保护法第四十七条", dutyMet, "“历史记录”中删除，系统里保存的文字一起删除", ""},
		{part, "含个人信息的文档先隔离再公开", "个人信息保护法", dutyMet, "入库时检查，由审核人员公开", ""},
		{part, "个人信息保护影响评估", "个人信息保护法第五十五条", dutyAsk, "请由主管部门完成并存档", ""},
		set(part, "投诉举报入口", "生成式人工智能服务管理暂行办法第十五条", "ZHIWEN_COMPLAINT_URL"),
	}, nil
}

func accessDuties(ctx context.Context, st store, addr string) ([]duty, error) {
	const part, source = "账号与网络", "GB/T 22239-2019"
	people, err := (&accounts.Desk{Store: st, Now: time.Now}).List(ctx)
	if err != nil {
		return nil, err
	}
	holders := func(role accounts.Role) int {
		n := 0
		for _, a := range people {
			if !a.Disabled && a.Is(role) {
				n++
			}
		}
		return n
	}
	roles := duty{part, "三审三校与三员分立：编辑、审核、管理、审计", source, dutyMet, "", "zhiwen staff"}
	roles.Evidence = fmt.Sprintf("编辑%d人、审核%d人、管理%d人、审计%d人", holders(accounts.Editor), holders(accounts.Reviewer), holders(accounts.Manager), holders(accounts.Auditor))
	if holders(accounts.Editor) == 0 || holders(accounts.Reviewer) == 0 || holders(accounts.Manager) == 0 || holders(accounts.Auditor) == 0 {
		roles.Outcome = dutyUnmet
	}
	apart := duty{part, "工作人员页面与公众页面分开", "OWASP；GB/T 22239-2019", dutyMet, "ZHIWEN_STAFF_ADDR=" + os.Getenv("ZHIWEN_STAFF_ADDR"), "ZHIWEN_STAFF_ADDR"}
	if os.Getenv("ZHIWEN_STAFF_ADDR") == "" {
		apart.Outcome, apart.Evidence = dutyAsk, "没有单独的地址，请确认网关不让公众访问 /staff/"
	}
	six := duty{part, "支持IPv6", "推进IPv6规模部署要求", dutyAsk, "", "ZHIWEN_ADDR"}
	addr = cmp.Or(addr, os.Getenv("ZHIWEN_ADDR"), defaultAddr)
	if host, _, err := net.SplitHostPort(addr); err == nil && (host == "" || net.ParseIP(host).To4() == nil && net.ParseIP(host) != nil) {
		six.Outcome, six.Evidence = dutyMet, "监听 "+addr
	} else {
		six.Evidence = "监听 " + addr + "，请确认由网关提供IPv6"
	}
	secure := duty{part, "全程加密（TLS或国密TLCP）", "GB/T 39786-2021", dutyAsk, "由网关提供，请确认", "ZHIWEN_PUBLIC_URL"}
	if strings.HasPrefix(os.Getenv("ZHIWEN_PUBLIC_URL"), "https://") {
		secure.Evidence = "公开地址是 " + os.Getenv("ZHIWEN_PUBLIC_URL") + "，证书由网关提供，请确认有效"
	}
	return []duty{
		roles,
		{part, "登录：密码复杂度、失败锁定、空闲退出、上次登录提示", source, dutyMet, fmt.Sprintf("程序提供：%d次失败锁定%d分钟，空闲%d分钟退出，密码%d天更换", accounts.MaxFailures,
			int(accounts.LockedFor.Minutes()), int(accounts.IdleFor.Minutes()), int(accounts.PasswordFor.Hours()/24)), ""},
		apart, six, secure,
	}, nil
}

// contentDuties are about how new the collection and the directory are.
func (s *shell) contentDuties(ctx context.Context, st store, _ string) ([]duty, error) {
	const part = "内容"
	crawls, err := st.Crawls(ctx)
	if err != nil {
		return nil, err
	}
	fresh := duty{part, "资料与网站同步", "政府网站发展指引", dutyMet, "", "--sites"}
	var stale []string
	for _, c := range crawls {
		if isStale(c, s.now()) {
			stale = append(stale, c.Site)
		}
	}
	switch {
	case len(crawls) == 0:
		fresh.Outcome, fresh.Evidence = dutyAsk, "没有配置网站采集，请确认资料由人工及时更新"
	case len(stale) > 0:
		fresh.Outcome, fresh.Evidence = dutyUnmet, "三天内没有完整采集："+strings.Join(stale, "、")
	default:
		fresh.Evidence = fmt.Sprintf("%d个网站，三天内都完整采集过", len(crawls))
	}
	d, err := st.Directory(ctx)
	if err != nil {
		return nil, err
	}
	old := 0
	for _, e := range d.Entries {
		if e.Stale(s.now()) {
			old++
		}
	}
	phones := duty{part, "部门电话一年内核对过", "国办函〔2025〕66号", dutyMet, fmt.Sprintf("%d个部门都在一年内核对过", len(d.Entries)), "zhiwen directory import"}
	switch {
	case len(d.Entries) == 0:
		phones.Outcome, phones.Evidence = dutyUnmet, "通讯录是空的，没有答案时只能给出12345"
	case old > 0:
		phones.Outcome, phones.Evidence = dutyUnmet, fmt.Sprintf("%d个部门中有%d个超过一年没有核对", len(d.Entries), old)
	}
	return []duty{fresh, phones}, nil
}

// writeCompliance writes the page.
func (s *shell) writeCompliance(duties []duty) error {
	if s.json {
		return s.print(map[string]any{"made": s.now().Format(time.RFC3339), "duties": duties})
	}
	counts := map[string]int{}
	for _, d := range duties {
		counts[d.Outcome]++
	}
	t, err := template.New("compliance").Parse(complianceSource)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{
		"Made": s.now().In(beijing).Format("2006年1月2日 15:04"), "Site": os.Getenv("ZHIWEN_SITE_NAME"), "Duties": duties,
		"Met": counts[dutyMet], "Unmet": counts[dutyUnmet], "Ask": counts[dutyAsk],
	})
	if err != nil {
		return err
	}
	_, err = s.out.Write(b.Bytes())
	return err
}
